from .deliveries import (
    DeliverySeen,
    Try,
    get_delivery,
    list_deliveries,
    send,
    send_again,
)
from .destinations import (
    DestinationSeen,
    DestinationWanted,
    Tested,
    add_destination,
    change_destination,
    get_destination,
    list_destinations,
    open_destination,
    remove_destination,
    test_destination,
)
from .errors import DestinationNameTaken, StillWaiting
from .events import Delivered, DeliveryDelayed, DeliveryFailed
from .links import absolute
from .parts import CHANNELS
from .spec import Channel, ChannelOption, Parcel, Sending, Sent

__all__ = [
    "CHANNELS",
    "Channel",
    "ChannelOption",
    "Delivered",
    "DeliveryDelayed",
    "DeliveryFailed",
    "DeliverySeen",
    "DestinationNameTaken",
    "DestinationSeen",
    "DestinationWanted",
    "Parcel",
    "Sending",
    "Sent",
    "StillWaiting",
    "Tested",
    "Try",
    "absolute",
    "add_destination",
    "change_destination",
    "get_delivery",
    "get_destination",
    "list_deliveries",
    "list_destinations",
    "open_destination",
    "remove_destination",
    "send",
    "send_again",
    "test_destination",
]
