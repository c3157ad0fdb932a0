"""Reads a seed with the NoCloud data source of cloud-init and prints what it saw, as JSON.

usage: cloud-init-nocloud.py WORK_DIRECTORY

A seed directory WORK_DIRECTORY/seed/nocloud is used when it is there; otherwise the data source
looks for a volume labelled cidata among the block devices of this machine.
"""
import base64
import json
import sys

from cloudinit import helpers
from cloudinit.net import network_state
from cloudinit.sources import DataSourceNoCloud

work = sys.argv[1]
paths = helpers.Paths({"cloud_dir": work, "run_dir": work})
source = DataSourceNoCloud.DataSourceNoCloud({}, None, paths)
found = source._get_data()
if not found:
    print(json.dumps({"found": False}))
    sys.exit(0)


def user_data_parts():
    """What cloud-init makes of the user data, a row for each part."""
    return [
        {"type": part.get_content_type(), "filename": part.get_filename()}
        for part in source.get_userdata().walk()
        if not part.is_multipart()
    ]


config = source.network_config
state = network_state.parse_net_config_data(config)
user_data = source.get_userdata_raw() or b""
if isinstance(user_data, str):
    user_data = user_data.encode("utf-8")
print(
    json.dumps(
        {
            "found": True,
            "seed": source.seed,
            "instanceId": source.get_instance_id(),
            "hostname": str(getattr(source.get_hostname(), "hostname", source.get_hostname())),
            "userData": base64.b64encode(user_data).decode("ascii"),
            "userDataParts": user_data_parts(),
            "interfaces": list(state.iter_interfaces()),
        },
        default=str,
    )
)
