/** What the life of a disk through an official SDK must show; each client's program writes the same report. */

/** The desktop that the programs work on. */
export const desktop = "d0000000-0000-4000-8000-000000000001";

/** Where the SDKs differ: not all know the disks whose IOPS and throughput can be chosen. */
export interface LifeFacts {
  readonly kind: string;
  readonly afterAdd: readonly object[];
  readonly afterChanges: readonly object[];
  readonly products: readonly (readonly unknown[])[];
}

/** The facts of an SDK that knows disks with IOPS and throughput. */
export const tunable: LifeFacts = {
  kind: "GPSSD2",
  afterAdd: [
    { type: "GPSSD2", size: 10, iops: 3000, throughput: 125, kms_id: null },
    { type: "SSD", size: 20, iops: null, throughput: null, kms_id: "key-1" },
  ],
  afterChanges: [
    { type: "GPSSD2", size: 10, iops: 4000, throughput: 200, kms_id: null },
    { type: "SAS", size: 40, iops: null, throughput: null, kms_id: null },
    { type: "SSD", size: 30, iops: null, throughput: null, kms_id: "key-1" },
  ],
  products: [["GPSSD2", "General-purpose SSD V2", 128_000, 125]],
};

/** The tests of one client. `report`: what its program has written. */
export function testLife(
  report: () => Record<string, unknown>,
  { kind, afterAdd, afterChanges, products }: LifeFacts,
): void {
  test("finds its project, and lists desktops", () => {
    expect(report()).toMatchObject({ listed: [[desktop, "ACTIVE", 80]], total: 1 });
  });

  test("adds disks, waits for the job and reads them back", () => {
    expect(report().added).toEqual(["SUCCESS", 1, "SUCCESS", desktop]);
    expect(report().after_add).toEqual(afterAdd);
    expect(report().added_many).toBe("SUCCESS");
  });

  test("expands disks, and changes the QoS of one that has it", () => {
    expect(report()).toMatchObject({ expanded: "SUCCESS", expanded_one: "SUCCESS" });
    expect(report().qos).toBe(kind === "GPSSD2" ? "SUCCESS" : undefined);
    expect(report().after_changes).toEqual(afterChanges);
  });

  test("deletes disks, and is refused while it does", () => {
    expect(report().conflict).toMatchObject({ status: 409, code: "WKS.00010032" });
    expect(report().deleted).toBe("SUCCESS");
    expect(report().after_delete).toMatchObject([{ type: kind }]);
    expect(report().sub_jobs).toEqual([1, true, 100]);
  });

  test("understands every refusal", () => {
    const requestId = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
    expect(report()).toMatchObject({
      unknown_volume: { status: 404, code: "WKS.00020404", request_id: requestId },
      unknown_desktop: { status: 404, code: "WKS.00010404", request_id: requestId },
      unknown_job: { status: 404, code: "WKS.00030404", request_id: requestId },
      bad_size: { status: 400, code: "WKS.0400", message: "body/volumes/0/size must be multiple of 10" },
    });
  });

  test("reads products and quotas", () => {
    expect(report().products).toEqual(products);
    expect(report().quotas).toEqual([
      ["general_instances", 3],
      ["volumes", 4],
      ["volume_gigabytes", 250],
    ]);
  });

  test("is refused with a wrong secret, and in a project that is not its own", () => {
    expect(report().wrong_secret_on_workspace).toMatchObject({ status: 401, code: "APIGW.0301" });
    expect(report().foreign_project).toMatchObject({ status: 403, code: "APIGW.0302" });
  });
}
