"""A whole life of data disks, through the official SDK.

Usage: life.py URL DESKTOP_ID ID_TOKEN_FILE, with HW_* in the environment.
Prints one JSON object: what the SDK understood of each answer.
"""

import json
import os
import sys
import time

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkworkspace.v2 import (
    AddDesktopsVolumesReq,
    AddDesktopVolumesRequest,
    AddVolumes,
    AddVolumesReq,
    AddVolumesRequest,
    BatchModifyQosVolumesReq,
    BatchModifyQosVolumesRequest,
    DeleteDesktopVolumesRequest,
    DeleteVolumesReq,
    ExpandDesktopsVolumesReq,
    ExpandDesktopVolumeRequest,
    ExpandVolumeReq,
    ExpandVolumesReq,
    ExpandVolumesRequest,
    ListDesktopsDetailRequest,
    ListItaSubJobsRequest,
    ListVolumeProductInfoRequest,
    Qos,
    ShowDesktopDetailRequest,
    ShowJobRequest,
    ShowQuotasRequest,
    Volume,
    WorkspaceClient,
)

url, desktop_id, id_token_file = sys.argv[1:4]
region = Region(os.environ["HW_REGION_NAME"], url)
project_id = os.environ["HW_PROJECT_ID"]


def client_with(credentials):
    config = HttpConfig.get_default_config()
    config.retry_times = 0
    credentials = credentials.with_iam_endpoint(url)
    return (
        WorkspaceClient.new_builder()
        .with_http_config(config)
        .with_credentials(credentials)
        .with_region(region)
        .build()
    )


def keys(secret=None):
    return BasicCredentials(os.environ["HW_ACCESS_KEY"], secret or os.environ["HW_SECRET_KEY"])


# Without a project id: the SDK asks IAM for the project of the region.
client = client_with(keys())


def wait(response):
    for _ in range(200):
        job = client.show_job(ShowJobRequest(job_id=response.job_id))
        if job.status in ("SUCCESS", "FAIL"):
            return job
        time.sleep(0.02)
    raise TimeoutError(response.job_id)


def refused(call, *args):
    try:
        call(*args)
    except ServiceResponseException as error:
        return {
            "status": error.status_code,
            "code": error.error_code,
            "message": error.error_msg,
            "request_id": error.request_id,
        }
    return None


def show():
    return client.show_desktop_detail(ShowDesktopDetailRequest(desktop_id=desktop_id)).desktop


def disks():
    found = [
        {"type": v.type, "size": v.size, "iops": v.iops, "throughput": v.throughput, "kms_id": v.kms_id}
        for v in show().data_volumes
    ]
    return sorted(found, key=lambda disk: disk["type"])


def delete(*volume_ids):
    return client.delete_desktop_volumes(
        DeleteDesktopVolumesRequest(desktop_id=desktop_id, body=DeleteVolumesReq(volume_ids=list(volume_ids)))
    )


def add(*volumes):
    return client.add_desktop_volumes(
        AddDesktopVolumesRequest(desktop_id=desktop_id, body=AddVolumesReq(volumes=list(volumes)))
    )


seen = {}

listed = client.list_desktops_detail(
    ListDesktopsDetailRequest(desktop_id=[desktop_id], computer_name="DESKTOP", offset=0, limit=10)
)
seen["listed"] = [[d.desktop_id, d.status, d.root_volume.size] for d in listed.desktops]
seen["total"] = listed.total_count

job = wait(add(Volume(type="SSD", size=20, kms_id="key-1"), Volume(type="GPSSD2", size=10, iops=3000, throughput=125)))
seen["added"] = [job.status, job.sub_jobs_total, job.sub_jobs[0].status, job.sub_jobs[0].entities.desktop_id]
seen["after_add"] = disks()

many = AddDesktopsVolumesReq([AddVolumes(desktop_id=desktop_id, volumes=[Volume(type="SAS", size=10)])])
seen["added_many"] = wait(client.add_volumes(AddVolumesRequest(body=many))).status

volumes = {v.type: v.volume_id for v in show().data_volumes}
expansion = ExpandDesktopsVolumesReq(
    [ExpandVolumesReq(desktop_id=desktop_id, volume_id=volumes["SSD"], new_size=30)]
)
seen["expanded"] = wait(client.expand_volumes(ExpandVolumesRequest(body=expansion))).status
seen["expanded_one"] = wait(
    client.expand_desktop_volume(
        ExpandDesktopVolumeRequest(
            desktop_id=desktop_id, volume_id=volumes["SAS"], body=ExpandVolumeReq(new_size=40)
        )
    )
).status
qos = BatchModifyQosVolumesReq(volume_ids=[volumes["GPSSD2"]], qos=Qos(iops=4000, throughput=200))
seen["qos"] = wait(client.batch_modify_qos_volumes(BatchModifyQosVolumesRequest(body=qos))).status
seen["after_changes"] = disks()

first = delete(volumes["SSD"], volumes["SAS"])
seen["conflict"] = refused(delete, volumes["GPSSD2"])
seen["deleted"] = wait(first).status
seen["after_delete"] = disks()
sub_jobs = client.list_ita_sub_jobs(ListItaSubJobsRequest(job_id=first.job_id, limit=10, offset=0))
seen["sub_jobs"] = [sub_jobs.total_count, sub_jobs.jobs[0].job_id == first.job_id, sub_jobs.jobs[0].process]

seen["unknown_volume"] = refused(delete, "no-such-volume")
seen["bad_size"] = refused(add, Volume(type="SSD", size=15))
seen["unknown_desktop"] = refused(
    client.show_desktop_detail, ShowDesktopDetailRequest(desktop_id="no-such-desktop")
)
seen["unknown_job"] = refused(client.show_job, ShowJobRequest(job_id="no-such-job"))

products = client.list_volume_product_info(ListVolumeProductInfoRequest(volume_type="GPSSD2")).volumes
seen["products"] = [[p.volume_type, p.name[0].value, p.iops.max, p.throughput.min] for p in products]
quotas = client.show_quotas(ShowQuotasRequest())
seen["quotas"] = [[r.type, r.used] for r in quotas.quotas.resources]

wrong = client_with(keys("a-wrong-secret"))
seen["wrong_secret"] = refused(wrong.list_desktops_detail, ListDesktopsDetailRequest())
wrong_with_project = client_with(keys("a-wrong-secret").with_project_id(project_id))
seen["wrong_secret_on_workspace"] = refused(wrong_with_project.list_desktops_detail, ListDesktopsDetailRequest())
foreign = client_with(keys().with_project_id("0" * 32))
seen["foreign_project"] = refused(foreign.list_desktops_detail, ListDesktopsDetailRequest())

# An identity token, as CI systems give: for a token, and that for temporary keys.
federated = client_with(
    BasicCredentials().with_idp_id("emulator-idp").with_id_token_file(id_token_file).with_project_id(project_id)
)
seen["federated"] = federated.list_desktops_detail(ListDesktopsDetailRequest()).total_count

print(json.dumps(seen))
