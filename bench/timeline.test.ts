import { rowsOf, timeline } from "./timeline";

const request = (desktop: number, time: number, status: number) => ({
  time,
  method: "POST",
  path: `/v2/p/desktops/d0000000-0000-4000-8000-${String(desktop).padStart(12, "0")}/volumes/batch-delete`,
  query: {},
  body: null,
  status,
  account: null,
  request_id: "",
  label: null,
});

const panel = {
  title: "one call a disk",
  began: 1_000,
  ms: 20_000,
  jobMs: 5_000,
  requests: [
    request(2, 2_000, 200),
    request(1, 1_500, 200),
    request(1, 3_000, 409),
    request(1, 6_600, 200),
    { ...request(1, 9_000, 200), method: "GET", path: "/v2/p/desktops/d1" },
  ],
};

test("what was taken on is a job, what was refused with 409 a conflict, by desktop", () => {
  expect(rowsOf(panel).map(({ jobs, conflicts }) => ({ jobs, conflicts }))).toEqual([
    {
      jobs: [
        [500, 5_500],
        [5_600, 10_600],
      ],
      conflicts: [2_000],
    },
    { jobs: [[1_000, 6_000]], conflicts: [] },
  ]);
});

test("the picture has a bar a job and a stroke a conflict, and says so", () => {
  const picture = timeline([panel, { ...panel, title: "other", requests: [request(1, 1_500, 200)] }]);
  expect(picture.match(/class="job"/g)).toHaveLength(4);
  expect(picture.match(/class="conflict"/g)).toHaveLength(1);
  expect(picture).toContain("one call a disk: 20.0 s, 5 calls, 3 jobs, 1 conflicts");
});
