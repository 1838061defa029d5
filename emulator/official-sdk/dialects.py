"""What the official SDK sees of each dialect.

Usage: dialects.py URL, with HW_* in the environment. Prints one JSON object:
for each dialect what the SDK understood without and with it.
"""

import json
import os
import sys
import urllib.request

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import SdkException, ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkworkspace.v2 import (
    AddDesktopVolumesRequest,
    AddVolumesReq,
    DeleteDesktopVolumesRequest,
    DeleteVolumesReq,
    ListDesktopsDetailRequest,
    ListItaSubJobsRequest,
    ShowDesktopDetailRequest,
    ShowJobRequest,
    Volume,
    WorkspaceClient,
)

url = sys.argv[1]
PLAIN = ["absent-lists", "official-job-words", "idle-is-empty"]
NOTHING = ["no-" + name for name in PLAIN]
DESKTOPS = ["d1", "d2"]


def admin(path, body):
    data = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{url}/_emulator/{path}", data, headers)).read()


def advance(ms):
    admin("clock", {"advance_ms": ms})


config = HttpConfig.get_default_config()
config.retry_times = 0
credentials = BasicCredentials(
    os.environ["HW_ACCESS_KEY"], os.environ["HW_SECRET_KEY"], os.environ["HW_PROJECT_ID"]
).with_iam_endpoint(url)
client = (
    WorkspaceClient.new_builder()
    .with_http_config(config)
    .with_credentials(credentials)
    .with_region(Region(os.environ["HW_REGION_NAME"], url))
    .build()
)


def told(call, *args):
    """What came of a call: its answer's job, or the refusal."""
    try:
        return ["taken", call(*args).job_id is not None]
    except ServiceResponseException as error:
        return [error.status_code, error.error_code]
    except SdkException as error:
        return [type(error).__name__, None]


def add(desktop_id="d1"):
    body = AddVolumesReq(volumes=[Volume(type="SSD", size=20)])
    return client.add_desktop_volumes(AddDesktopVolumesRequest(desktop_id=desktop_id, body=body))


def delete(*volume_ids):
    body = DeleteVolumesReq(volume_ids=list(volume_ids))
    return client.delete_desktop_volumes(DeleteDesktopVolumesRequest(desktop_id="d1", body=body))


def show(desktop_id="d1"):
    return client.show_desktop_detail(ShowDesktopDetailRequest(desktop_id=desktop_id)).desktop


def show_job(job_id):
    return client.show_job(ShowJobRequest(job_id=job_id))


def sub_jobs(**filters):
    return client.list_ita_sub_jobs(ListItaSubJobsRequest(**filters)).jobs


def ended_job():
    job_id = add().job_id
    advance(1000)
    return show_job(job_id)


def absent_lists():
    return show().data_volumes


def errors_as_200():
    return told(delete, "nope")


def official_job_words():
    job = ended_job()
    return [job.job_type, len(sub_jobs(job_type="addVolumes"))]


def zoneless_times():
    ended_job()
    return show().data_volumes[0].create_time[10]


def narrow_job_lists():
    try:
        return len(sub_jobs(status="RUNNING"))
    except ServiceResponseException as error:
        return error.status_code


def sparse_sub_jobs():
    job_id = add().job_id
    [part] = sub_jobs(job_id=job_id)
    return [part.entities and part.entities.desktop_id, part.process]


def idle_is_empty():
    add()
    return [show("d2").task_status, show("d1").task_status]


def running_only():
    admin("desktops", {"desktops": [{"desktop_id": "d1", "status": "SHUTOFF"}]})
    return told(add)


def five_minutes():
    ended_job()
    return told(add)


def unknown_as_400():
    return [told(show, "nope"), told(show_job, "nope")]


def lagging_reads():
    ended_job()
    shown = len(show().data_volumes or [])
    advance(10_000)
    return [shown, len(show().data_volumes or [])]


def repeated_parameter():
    found = client.list_desktops_detail(ListDesktopsDetailRequest(desktop_id=DESKTOPS))
    return sorted(d.desktop_id for d in found.desktops)


def repeating_gateway():
    outcomes = []
    for _ in range(8):
        outcomes.append(told(add, "d2")[0])
        advance(40_000)
    return sorted({str(outcome) for outcome in outcomes})


probes = {name.__name__.replace("_", "-"): name for name in (
    absent_lists, errors_as_200, official_job_words, zoneless_times, narrow_job_lists, sparse_sub_jobs,
    idle_is_empty, running_only, five_minutes, unknown_as_400, lagging_reads, repeated_parameter,
    repeating_gateway,
)}


def seen_with(dialects, probe):
    admin("reset", {})
    admin("dialects", {"dialects": dialects})
    admin("desktops", {"desktops": [{"desktop_id": name} for name in [*DESKTOPS, "d3"]]})
    return probe()


seen = {}
for name, probe in probes.items():
    spoken = [one for one in NOTHING if one != "no-" + name]
    with_it = spoken if name in PLAIN else [*NOTHING, name]
    seen[name] = [seen_with(NOTHING, probe), seen_with(with_it, probe)]
print(json.dumps(seen))
