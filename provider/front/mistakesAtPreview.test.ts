/** Mistakes that a preview shows. */
import { desktopId } from "../../testing/emulatedCloud";
import { kindOf, type Mistake, named, noCredentials, ssd, withEachFront } from "./testing/mistakes";

const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`d${n}`, { type: "SSD", size: 10 }]));

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

withEachFront(({ cloud, provider }) => {
  test.each(previewed)("$what, at preview", async ({ told, inputs = ssd, olds = {}, env }) => {
    const { failures } = await cloud().time.until(provider(env)[kindOf(inputs)].check(olds, inputs));
    // As the engine writes it, after the name of the resource.
    const seen = failures.map(({ property, reason }) =>
      property === ""
        ? reason
        : `property ${property} value {${String(Reflect.get(inputs, property))}} has a problem: ${reason}`,
    );
    expect(named(seen.join("\n"))).toBe(told.join("\n"));
    expect(cloud().emulator.requests()).toEqual([]);
  });
});
