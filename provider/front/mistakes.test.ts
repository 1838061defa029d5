/** Mistakes that people make: the whole text that they see, through both fronts, beside a real emulator. */
import type { Fault } from "huaweicloud-workspace-emulator";
import { dynamicFront } from "../../testing/dynamicFront";
import { desktopId, type EmulatedCloud, emulatedCloud } from "../../testing/emulatedCloud";
import { pluginFront } from "../../testing/pluginFront";
import type { Props, ProviderUnderTest, SendHttp } from "../../testing/provider";
import { ConnectionError } from "../core/errors";

const ssd = { desktopId: desktopId(), type: "SSD", size: 100 };
const root = "a0000000-0000-4000-8000-000000000001";
const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`d${n}`, { type: "SSD", size: 10 }]));
const adopting = { ...ssd, existingVolumeId: "v-1", deletionProtection: true };

const noCredentials = { HW_ACCESS_KEY: "", HW_SECRET_KEY: "" };

interface Mistake {
  what: string;
  /** The lines that are seen. */
  told: string[];
  inputs?: Props;
  /** What was said before. */
  olds?: Props;
  env?: Record<string, string>;
  faults?: Fault[];
  /** Data disks that the desktop has already. */
  furnish?: string[];
  /** Why no request gets a connection: the words of the transport, and of the system. */
  unreachable?: { why: string; systemCode: string };
}

const previewed: Mistake[] = [
  {
    what: "a name in other capitals",
    told: [
      "deletionprotection is not an input of DataDiskAttachment; did you mean deletionProtection? [HWD1102]",
    ],
    inputs: { ...ssd, deletionprotection: true },
  },
  {
    what: "a name with an underscore",
    told: ["kms_id is not an input of DataDiskAttachment; did you mean kmsId? [HWD1102]"],
    inputs: { ...ssd, kms_id: "k" },
  },
  {
    what: "a name that comes near nothing",
    told: [
      "color is not an input of DataDiskAttachment; it has desktopId, type, size, iops, throughput, kmsId, existingVolumeId, deletionProtection, deletionPolicy, allowReplace, enterpriseProjectId, region, projectId, endpoint, iamEndpoint, profile. [HWD1102]",
    ],
    inputs: { ...ssd, color: "red" },
  },
  {
    what: "an output among the inputs",
    told: ["volumeId is an output and not an input of DataDiskAttachment; remove it. [HWD1102]"],
    inputs: { ...ssd, volumeId: "v" },
  },
  {
    what: "a resource option among the inputs",
    told: [
      "protect is a resource option and not an input of DataDiskAttachment: give it with the options, in Node the third argument, or use deletionProtection: true. [HWD1102]",
    ],
    inputs: { ...ssd, protect: true },
  },
  {
    what: "size as text",
    told: [
      'property size value {100} has a problem: is the text "100"; write the number 100, without quotes. [HWD1101]',
    ],
    inputs: { ...ssd, size: "100" },
  },
  {
    what: "size 105",
    told: [
      "property size value {105} has a problem: is 105; give a number of GB that is a multiple of 10, from 10 to 32760, such as 100. [HWD1101]",
    ],
    inputs: { ...ssd, size: 105 },
  },
  {
    what: "no size",
    told: [
      "size is missing; give a number of GB that is a multiple of 10, from 10 to 32760, such as 100. [HWD1101]",
    ],
    inputs: { desktopId: desktopId(), type: "SSD" },
  },
  {
    what: "type in small letters",
    told: ['property type value {ssd} has a problem: is "ssd"; the service writes it SSD. [HWD1101]'],
    inputs: { ...ssd, type: "ssd" },
  },
  {
    what: "iops on SSD",
    told: [
      "property iops value {3000} has a problem: can be set for type GPSSD2 only, and this disk is SSD; remove it. [HWD1101]",
    ],
    inputs: { ...ssd, iops: 3000 },
  },
  {
    what: "protection as text",
    told: [
      'property deletionProtection value {true} has a problem: is the text "true"; write true, without quotes. [HWD1101]',
    ],
    inputs: { ...ssd, deletionProtection: "true" },
  },
  {
    what: "adopting without a word on deleting",
    told: [
      "deletionProtection must be set (true or false) together with existingVolumeId, or deletionPolicy must: one of them says whether a later delete may destroy the adopted disk and its data. [HWD1101]",
    ],
    inputs: { ...ssd, existingVolumeId: "v" },
  },
  {
    what: "endpoint without scheme",
    told: [
      'HW_WORKSPACE_ENDPOINT "workspace.cn-north-4.myhuaweicloud.com" is not an https:// address; write "https://workspace.cn-north-4.myhuaweicloud.com". [HWD1201]',
    ],
    env: { HW_WORKSPACE_ENDPOINT: "workspace.cn-north-4.myhuaweicloud.com" },
  },
  {
    what: "an input endpoint without scheme",
    told: [
      'property endpoint value {localhost:8080/x} has a problem: endpoint "localhost:8080/x" is not an https:// address; write "https://localhost:8080/x". [HWD1201]',
    ],
    inputs: { ...ssd, endpoint: "localhost:8080/x" },
  },
  {
    what: "access key without secret",
    told: [
      "credentials are incomplete: HW_ACCESS_KEY is set in the environment, HW_SECRET_KEY is missing; set it there as well. [HWD1201]",
    ],
    env: { HW_SECRET_KEY: "" },
  },
  {
    what: "no credentials",
    told: [
      "no credentials. Set one of these (docs/credentials.md explains each):\n- access key: huaweicloud-workspace:accessKey or HW_ACCESS_KEY, and huaweicloud-workspace:secretKey or HW_SECRET_KEY\n- token: huaweicloud-workspace:token or HW_AUTH_TOKEN\n- user and password: huaweicloud-workspace:userName or HW_USER_NAME, huaweicloud-workspace:password or HW_USER_PASSWORD, and huaweicloud-workspace:domainName or HW_DOMAIN_NAME\n- identity token of a CI system: huaweicloud-workspace:identityProviderId or HW_ASSUME_ROLE_IDP_ID, and huaweicloud-workspace:identityTokenFile or HW_ASSUME_ROLE_ID_TOKEN_FILE\n- or sign in with the hcloud command line (hcloud configure set). [HWD1201]",
    ],
    env: noCredentials,
  },
  {
    what: "no region",
    told: [
      "region is missing: set the property, or huaweicloud-workspace:region or HW_REGION_NAME. [HWD1201]",
    ],
    env: { HW_REGION_NAME: "" },
  },
  {
    what: "another desktop",
    told: [
      'property desktopId value {D2} has a problem: would change from "D1" (in state) to "D2" (program), which cannot be done in place: the disk would be deleted with its data and a new, empty one added. To keep the disk, set desktopId: "D1". To allow the loss of its data, set allowReplace: true. [HWD1103]',
    ],
    olds: ssd,
    inputs: { ...ssd, desktopId: desktopId(2) },
  },
  {
    what: "another type",
    told: [
      'property type value {SAS} has a problem: would change from "SSD" (in state) to "SAS" (program), which cannot be done in place: the disk would be deleted with its data and a new, empty one added. To keep the disk, set type: "SSD". To allow the loss of its data, set allowReplace: true. [HWD1103]',
    ],
    olds: ssd,
    inputs: { ...ssd, type: "SAS" },
  },
  {
    what: "eleven in a set",
    told: ["disks names 11 disks; a desktop holds at most 10 data disks. [HWD1101]"],
    inputs: { desktopId: desktopId(), disks: eleven },
  },
  {
    what: "misspelled in a set",
    told: [
      "disks.a.size is missing; give a number of GB that is a multiple of 10, from 10 to 32760, such as 100. [HWD1101]",
      "disks.a.Size is not an input of a disk of DesktopDataDisks; did you mean size? [HWD1102]",
      'disks.b.size is the text "20"; write the number 20, without quotes. [HWD1101]',
      'disks.b.type is "sas"; the service writes it SAS. [HWD1101]',
    ],
    inputs: {
      desktopId: desktopId(),
      disks: { a: { type: "SSD", Size: 100 }, b: { type: "sas", size: "20" } },
    },
  },
  {
    what: "one disk twice in a set",
    told: ["disks.b.existingVolumeId names the same disk as disks.a. [HWD1107]"],
    inputs: {
      desktopId: desktopId(),
      deletionProtection: true,
      disks: {
        a: { type: "SSD", size: 100, existingVolumeId: "v" },
        b: { type: "SSD", size: 100, existingVolumeId: "v" },
      },
    },
  },
];

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
      'Adding a data disk (FANCY, 100 GB) of desktop D1 failed after Ns: the service answered 400 WKS.0400: body/volumes/0/type must be equal to one of the allowed values (request id R). No change was sent to the service. Check the type "FANCY", which is not one of SAS, SSD, GPSSD, GPSSD2, ESSD: getVolumeTypes lists the types that the project offers. Otherwise correct what the service names. Then run again. [HWD1301]',
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

const fronts: [string, ProviderUnderTest][] = [
  ["the dynamic front", dynamicFront],
  ["the plugin", pluginFront],
];

/** Sends nothing, as the transport where there is no connection. */
function refusing(gone: { why: string; systemCode: string }): SendHttp {
  return ({ method, url }) => {
    const { origin, pathname } = new URL(url);
    return Promise.reject(
      new ConnectionError({ request: `${method} ${origin}${pathname}`, reached: "no", ...gone }),
    );
  };
}

/** A text, with names for what differs from run to run, and for ids. */
function named(text: string): string {
  return text
    .replace(/request id [0-9a-f]{32}/g, "request id R")
    .replace(/failed after \d+s/g, "failed after Ns")
    .replace(/last seen \d+ s ago/g, "last seen N s ago")
    .replace(/sent \d+ times/g, "sent N times")
    .replace(/127\.0\.0\.1:\d+/g, "HOST")
    .replace(/d0000000-0000-4000-8000-0+(\d+)/g, "D$1")
    .replace(/a0000000-0000-4000-8000-0+(\d+)/g, "ROOT$1")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "J")
    .replaceAll("e0000000000000000000000000000001", "P");
}

describe.each(fronts)("%s", (_name, front) => {
  let cloud: EmulatedCloud;
  let shown: string[];
  beforeEach(async () => {
    cloud = await emulatedCloud();
    shown = [];
  });
  afterEach(() => cloud.end());

  const provider = (env: Record<string, string> = {}, gone?: Mistake["unreachable"]) => {
    const show = (line: string) => void shown.push(line);
    return front.make({
      env: { ...cloud.env, HOME: "/nonexistent", ...env },
      clock: cloud.clock,
      send: gone === undefined ? cloud.send : refusing(gone),
      log: { debug: () => undefined, info: show, warn: show },
      halted: () => undefined,
    });
  };
  const kindOf = (inputs: Props) => ("disks" in inputs ? "disks" : "attachment");
  test.each(previewed)("$what, at preview", async ({ told, inputs = ssd, olds = {}, env }) => {
    const { failures } = await cloud.time.until(provider(env)[kindOf(inputs)].check(olds, inputs));
    // As the engine writes it, after the name of the resource.
    const seen = failures.map(({ property, reason }) =>
      property === ""
        ? reason
        : `property ${property} value {${String(Reflect.get(inputs, property))}} has a problem: ${reason}`,
    );
    expect(named(seen.join("\n"))).toBe(told.join("\n"));
    expect(cloud.emulator.requests()).toEqual([]);
  });

  test.each([...carriedOut, ...unreachable])("$what", async (mistake) => {
    const { told, inputs = ssd, env, faults = [], furnish = [] } = mistake;
    if (furnish.length > 0) cloud.furnish(...furnish);
    for (const fault of faults) cloud.emulator.addFault(fault);
    const resource = provider(env, mistake.unreachable)[kindOf(inputs)];
    const failed = resource.create(inputs).then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : ""),
    );
    expect(named(await cloud.time.until(failed))).toBe(told.join("\n"));
  });
});
