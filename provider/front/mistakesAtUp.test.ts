/** Mistakes that only the service, or the way to it, shows. */
import { desktopId } from "../../testing/emulatedCloud";
import { kindOf, type Mistake, named, noCredentials, ssd, withEachFront } from "./testing/mistakes";

const root = "a0000000-0000-4000-8000-000000000001";
const adopting = { ...ssd, existingVolumeId: "v-1", deletionProtection: true };

const carriedOut: Mistake[] = [
  {
    what: "wrong secret",
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: access key (HW_ACCESS_KEY, HW_SECRET_KEY from the environment) is not accepted (the service answered 401 APIGW.0301: Incorrect IAM authentication information: verify aksk signature fail (request id R)). No change was sent to the service. Most often the secret key does not belong to the access key, the key was deleted, or the clock of this machine is wrong. Correct it and run again. [HWD1202]",
    ],
    env: { HW_SECRET_KEY: "wrong" },
  },
  {
    what: "garbage token",
    told: [
      "Adding a data disk of desktop D1 failed after Ns: token (HW_AUTH_TOKEN from the environment) is not accepted: GET http://HOST/v3/auth/tokens answered 401 APIGW.0301: Incorrect IAM authentication information: decrypt token fail (request id R). No change was sent to the service. Check that these credentials are right, still valid and of this cloud, and this machine's clock. [HWD1202]",
    ],
    env: { ...noCredentials, HW_AUTH_TOKEN: "garbage" },
  },
  {
    what: "region typo, project looked up",
    told: [
      'Adding a data disk of desktop D1 failed after Ns: access key (HW_ACCESS_KEY, HW_SECRET_KEY from the environment): IAM (http://HOST) has no project named "cn-nroth-4" for these credentials. No change was sent to the service. Check the region "cn-nroth-4" (HW_REGION_NAME), or set huaweicloud-workspace:projectId or HW_PROJECT_ID. [HWD1204]',
    ],
    env: { HW_REGION_NAME: "cn-nroth-4", HW_PROJECT_ID: "" },
  },
  {
    what: "unknown desktop",
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D99 failed after Ns: there is no desktop D99 in project P of region cn-north-4 (the service answered 404 WKS.00010404: The desktop D99 does not exist. (request id R)). No change was sent to the service. Check desktop id, region and project: another project or region may have the desktop, and `getDesktop` finds it by name. If it was deleted, remove its disks from the program. [HWD1701]",
    ],
    inputs: { ...ssd, desktopId: desktopId(99) },
  },
  {
    what: "deleted desktop",
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: the desktop was deleted: the service shows it with status DELETED. No change was sent to the service. Remove the disk from the program, or use the id of another desktop. [HWD1701]",
    ],
    faults: [{ fault: "desktop-deleted", desktop_id: desktopId(), as: "status" }],
  },
  {
    what: "unknown type",
    told: [
      'Adding a data disk (FANCY, 100 GB) of desktop D1 failed after Ns: the service answered 400 WKS.0400: body/volumes/0/type must be equal to one of the allowed values (SAS, SSD, GPSSD, GPSSD2, ESSD) (request id R). No change was sent to the service. Check the type "FANCY", which is not one of SAS, SSD, GPSSD, GPSSD2, ESSD: getVolumeTypes lists the types that the project offers. Otherwise correct what the service names. Then run again. [HWD1301]',
    ],
    inputs: { ...ssd, type: "FANCY" },
  },
  {
    what: "root volume",
    told: [
      "Adopting disk ROOT1 of desktop D1 failed after Ns: existingVolumeId: ROOT1 is the system disk of the desktop, not a data disk. Nothing was changed. Name a data disk. [HWD1705]",
    ],
    inputs: { ...adopting, existingVolumeId: root },
  },
  {
    what: "no such volume",
    told: [
      'Adopting disk v-1 of desktop D1 failed after Ns: existingVolumeId: v-1 is not a data disk of the desktop; it shows there (SSD, 100 GB, created 2026-01-02T03:04:05.000Z); without an owner in this run: there. Nothing was adopted, and this resource has changed nothing. Correct existingVolumeId, or check region and project, and run "pulumi up" again: a disk that another resource has let go stays on the desktop. [HWD1704]',
    ],
    inputs: adopting,
    furnish: ["there"],
  },
  {
    what: "adopted with another size",
    told: [
      "Adopting disk v-1 of desktop D1 failed after Ns: size: disk v-1 has 100, the program says 200. Nothing was changed. Set size to 100 to adopt the disk. [HWD1111]",
    ],
    inputs: { ...adopting, size: 200 },
    furnish: ["v-1"],
  },
  {
    what: "the eleventh disk",
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: the desktop has 10 data disks, 1 more would be added, and ten is the most it can hold. No change was sent for this disk. Remove a disk first. If this one replaces another, set the resource option `deleteBeforeReplace: true`. [HWD1703]",
    ],
    furnish: Array.from({ length: 10 }, (_, n) => `v-${n}`),
  },
  {
    what: "a set that does not fit",
    told: [
      "1 of 2 data disks of desktop D1 failed: ",
      '- b: Adding data disk "b" (SSD, 20 GB) of desktop D1 failed after Ns: the desktop has 9 data disks, 2 more would be added, and ten is the most it can hold. No change was sent for this disk. Remove a disk first. If this one replaces another, set the resource option `deleteBeforeReplace: true` (HWD1703). [HWD1707]',
    ],
    inputs: { desktopId: desktopId(), disks: { a: { type: "SSD", size: 10 }, b: { type: "SSD", size: 20 } } },
    furnish: Array.from({ length: 9 }, (_, n) => `v-${n}`),
  },
  {
    what: "missing permission",
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: the service answered 403 WKS.0403: no permission (request id R). No change was sent to the service. Grant the permission workspace:volumes:add; docs/credentials.md has the IAM policy. [HWD1302]",
    ],
    faults: [
      {
        fault: "respond",
        status: 403,
        body: { error_code: "WKS.0403", error_msg: "no permission" },
        match: { operation: "AddDesktopVolumes" },
      },
    ],
  },
  {
    what: "throttled for minutes",
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: timed out after 30m (limit set by the default; customTimeouts.create changes it); last seen N s ago: GET /v2/P/desktops/D1: the service answered 429 APIGW.0308: The throttling threshold has been reached (request id R) (sent N times). No change was sent to the service. If what was seen last is an error, remove its cause; if the work only takes longer, set a longer timeout. Then run again. [HWD1501]",
    ],
    faults: [{ fault: "throttle", times: "always", retry_after_s: 30 }],
  },
  {
    what: "adds throttled for minutes",
    told: [
      'Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: timed out after 30m (limit set by the default; customTimeouts.create changes it); last seen N s ago: the service answered 429 APIGW.0308: The throttling threshold has been reached (request id R); nothing is certain until no copy of the add can arrive any more. A request to add the disk was sent; a disk may still appear on desktop D1. Run "pulumi up" again: it looks for this disk before it adds another one. [HWD1502]',
    ],
    faults: [{ fault: "throttle", times: "always", match: { operation: "AddDesktopVolumes" } }],
  },
  {
    what: "a job that fails",
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: job J failed: WKS.1 no capacity; part J: WKS.1 no capacity. The job has ended without this change. Remove what the service names, then run again. [HWD1601]",
    ],
    faults: [{ fault: "job-fails", code: "WKS.1", reason: "no capacity" }],
  },
];

const unreachable: Mistake[] = [
  {
    what: "a service that is gone",
    unreachable: { why: "connect ECONNREFUSED HOST", systemCode: "ECONNREFUSED" },
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: timed out after 30m (limit set by the default; customTimeouts.create changes it); last seen N s ago: GET http://HOST/v2/P/desktops/D1: connect ECONNREFUSED HOST (sent N times). No change was sent to the service. If what was seen last is an error, remove its cause; if the work only takes longer, set a longer timeout. Then run again. [HWD1501]",
    ],
  },
  {
    what: "a bad proxy",
    unreachable: { why: "the proxy 10.0.0.9:9 (HTTPS_PROXY) refuses connections", systemCode: "EPROXY" },
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: the proxy 10.0.0.9:9 (HTTPS_PROXY) refuses connections. The request was not sent. Check the proxy's address and NO_PROXY. [HWD1404]",
    ],
  },
  {
    what: "a host that nobody knows",
    unreachable: {
      why: "the host name workspace.cn-nroth-4.example is unknown (ENOTFOUND)",
      systemCode: "ENOTFOUND",
    },
    told: [
      "Adding a data disk (SSD, 100 GB) of desktop D1 failed after Ns: the host name workspace.cn-nroth-4.example is unknown (ENOTFOUND). The request was not sent. Check region, endpoint and the network. [HWD1401]",
    ],
  },
  {
    what: "a region typo alone",
    env: { HW_REGION_NAME: "cn-nroth-4", HW_PROJECT_ID: "" },
    unreachable: {
      why: "the host name iam.cn-nroth-4.example is unknown (ENOTFOUND)",
      systemCode: "ENOTFOUND",
    },
    told: [
      'Adding a data disk of desktop D1 failed after Ns: access key (HW_ACCESS_KEY, HW_SECRET_KEY from the environment): no usable answer from IAM: GET http://HOST/v3/projects: the host name iam.cn-nroth-4.example is unknown (ENOTFOUND) (4 tries in 4 s). No change was sent to the service. Check the region "cn-nroth-4" (HW_REGION_NAME), then the network, the proxy and HW_AUTH_URL, and run again. [HWD1205]',
    ],
  },
];

withEachFront(({ cloud, provider }) => {
  test.each([...carriedOut, ...unreachable])("$what", async (mistake) => {
    const { told, inputs = ssd, env, faults = [], furnish = [] } = mistake;
    if (furnish.length > 0) cloud().furnish(...furnish);
    for (const fault of faults) cloud().emulator.addFault(fault);
    const resource = provider(env, mistake.unreachable)[kindOf(inputs)];
    const failed = resource.create(inputs).then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : ""),
    );
    expect(named(await cloud().time.until(failed))).toBe(told.join("\n"));
  });
});
