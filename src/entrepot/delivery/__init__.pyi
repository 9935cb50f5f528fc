from .spec import Channel, ChannelOption, Parcel, Sending, Sent

__all__ = ["Channel", "ChannelOption", "Parcel", "Sending", "Sent"]
