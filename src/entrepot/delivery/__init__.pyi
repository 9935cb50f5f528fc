from .parts import CHANNELS
from .spec import Channel, ChannelOption, Parcel, Sending, Sent

__all__ = ["CHANNELS", "Channel", "ChannelOption", "Parcel", "Sending", "Sent"]
