/**
 * Every error that a user can see, by its stable code: a title, which is the
 * heading in docs/errors.md, and what to do where the error itself does not
 * know better. Codes are never reused; wording may improve.
 */
export const errorCodes = {
  // 11xx: the program
  HWD1101: { title: "An input is not valid", next: "Correct the property and run again" },
  HWD1102: { title: "Unknown property", next: "Correct the name and run again" },
  HWD1103: {
    title: "A change needs a replacement that is not allowed",
    next: "Take the change back, or set `allowReplace: true`: the disk's data is then lost",
  },
  HWD1104: { title: "A disk cannot shrink", next: "Set `size` to what the disk has" },
  HWD1105: {
    title: "The disk is protected",
    next: "Set `deletionProtection: false`, run `pulumi up`, then delete it",
  },
  HWD1106: {
    title: "A disk leaves the set without a deletion policy",
    next: 'Set `deletionPolicy: "delete"` or `deletionPolicy: "retain"` for it and run `pulumi up` before you remove it',
  },
  HWD1107: { title: "Two resources hold the same disk", next: "Take one of the two out of the program" },
  HWD1108: {
    title: "A disk is handed over and deleted in the same run",
    next: 'Set `deletionPolicy: "retain"` on the present holder and run `pulumi up`; then move the disk',
  },
  HWD1109: {
    title: "The state belongs to another kind of resource",
    next: "Remove the alias and hand the disk over in two runs",
  },
  HWD1110: { title: "Unknown setting", next: "Correct the name and run again" },
  HWD1111: {
    title: "An adopted disk differs from the program",
    next: "Set the property to what the message names",
  },
  // 12xx: settings and credentials
  HWD1201: { title: "Credentials or settings are missing or incomplete", next: "Set what the message names" },
  HWD1202: {
    title: "Credentials are refused",
    next: "Check that the credentials are right and still valid",
  },
  HWD1203: { title: "Credentials have expired", next: "Replace them and run again" },
  HWD1204: {
    title: "Credentials and project do not match",
    next: "Use credentials of that project, or correct the project id",
  },
  HWD1205: {
    title: "IAM gives no usable answer",
    next: "Check the network, the proxy and HW_AUTH_URL, and run again",
  },
  HWD1206: {
    title: "A call does not belong to a configured provider",
    next: "Run the command again; restart a plugin that you started yourself",
  },
  // 13xx: answers of the service
  HWD1301: { title: "The service refuses the request", next: "Correct what the service names and run again" },
  HWD1302: {
    title: "A permission is missing",
    next: "Grant the permission; docs/credentials.md has the IAM policy",
  },
  HWD1303: {
    title: "The service does not accept the credentials",
    next: "Check that the credentials are right and still valid",
  },
  HWD1304: {
    title: "Not found, without proof that anything is gone",
    next: "Check region, project id and endpoint",
  },
  HWD1305: {
    title: "The desktop is busy or does not allow the change now",
    next: "Run again when the other change has finished",
  },
  HWD1306: { title: "The service asks for fewer requests", next: "Run again later" },
  HWD1307: {
    title: "The service has an internal error",
    next: "Run again later; give the request id to the service's support",
  },
  HWD1308: {
    title: "This is not an answer of the service",
    next: "Check the endpoint and the proxy: something else answered",
  },
  HWD1309: {
    title: "The answer is not as documented",
    next: "Check the endpoint; if it is right, report the answer as an issue",
  },
  HWD1310: {
    title: "The desktop is billed yearly/monthly",
    next: "Pay or cancel the order in the billing centre, then run `pulumi refresh`",
  },
  // 14xx: connections
  HWD1401: { title: "The host name is unknown", next: "Check region, endpoint and the network" },
  HWD1402: { title: "The connection is refused", next: "Check the endpoint" },
  HWD1403: {
    title: "The TLS certificate is not trusted",
    next: "Name the server's CA with HW_CACERT or NODE_EXTRA_CA_CERTS",
  },
  HWD1404: { title: "The proxy refuses", next: "Check the proxy's address and NO_PROXY" },
  HWD1405: { title: "No answer", next: "Check the network, the proxy and the endpoint, and run again" },
  // 15xx: time, and outcomes that are unknown
  HWD1501: {
    title: "Timed out, nothing was sent",
    next: "If what was seen last is an error, remove its cause; if the work only takes longer, set a longer timeout. Then run again",
  },
  HWD1502: {
    title: "Timed out after a change was sent",
    next: "Run `pulumi refresh` and look at the desktop before you run again",
  },
  HWD1503: {
    title: "It is unknown whether a disk was added",
    next: "Look at the desktop's disks; adopt the new one with `existingVolumeId`",
  },
  HWD1504: {
    title: "Cannot match the new disks to the requests",
    next: "Adopt the right disk with `existingVolumeId`",
  },
  HWD1505: {
    title: "It is unknown whether a change was carried out",
    next: "Run `pulumi refresh` and look at the desktop",
  },
  HWD1506: { title: "The run was stopped", next: "Run again" },
  // 16xx: jobs
  HWD1601: { title: "The job failed", next: "Remove what the service names, then run again" },
  HWD1602: {
    title: "The job has an unknown status",
    next: "Look at the desktop, then run `pulumi refresh`",
  },
  HWD1603: {
    title: "The job can no longer be followed",
    next: "Look at the desktop, then run `pulumi refresh`",
  },
  // 17xx: the desktop and its disks
  HWD1701: {
    title: "The desktop does not exist",
    next: "Check desktop id, region and project: another project or region may have the desktop, and `getDesktop` finds it by name. If it was deleted, remove its disks from the program",
  },
  HWD1702: {
    title: "The desktop was deleted meanwhile",
    next: "Remove its disks from the program, then run `pulumi refresh`",
  },
  HWD1703: { title: "A desktop holds ten data disks at most", next: "Remove a disk first" },
  HWD1704: {
    title: "The desktop does not have the disk",
    next: "Run `pulumi refresh`; the next `pulumi up` adds a new, empty disk",
  },
  HWD1705: { title: "The disk is the desktop's system disk", next: "Name a data disk" },
  HWD1706: {
    title: "It is not proved that the disk is gone",
    next: "Run again; check region, project id and endpoint",
  },
  HWD1707: { title: "Some disks of a set failed", next: "Correct what each line names and run again" },
  HWD1708: {
    title: "The disks do not show at the new endpoint",
    next: "Correct the endpoint (HW_WORKSPACE_ENDPOINT or endpoint). If the disk was deleted meanwhile, run `pulumi refresh` with the former endpoint first",
  },
  // 18xx: state
  HWD1801: { title: "The state was written by a newer version", next: "Install that version or a newer one" },
  HWD1802: {
    title: "The state is damaged",
    next: "Put the value back, or take the resource out of the state",
  },
  HWD1803: { title: "Not an id of a data disk", next: "Use the form `<desktopId>/<volumeId>`" },
  HWD1804: {
    title: "An unexpected error",
    next: "Run again with HW_WORKSPACE_LOG=debug and report the error as an issue",
  },
  HWD1805: { title: "Node.js is too old", next: "Install a newer Node.js and run again" },
  // 19xx: look-ups
  HWD1901: { title: "The look-up has wrong arguments", next: "Correct the arguments" },
  HWD1902: { title: "No desktop matches", next: "Check name or id, region and project" },
  HWD1903: { title: "Several desktops match", next: "Give `desktopId`" },
} as const satisfies Record<`HWD${number}`, { title: string; next: string }>;

/** A stable code of an error, such as `HWD1203`. */
export type ErrorCode = keyof typeof errorCodes;
