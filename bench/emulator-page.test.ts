import { emulatorPage } from "./emulator-page";
import { figure } from "./statistics";

const row = (name: string, start: number, read: number) => ({
  name,
  start: figure([start]),
  read: figure([read]),
  list: figure([10]),
  grow: figure([20]),
});
const run = { date: "2026-01-02T03:04:05Z", machine: "a machine" };

test("each server is held against moto", () => {
  const rows = [row("the emulator", 500, 3_000), row("moto", 1_000, 300)];
  const page = emulatorPage({ ...run, rows });
  expect(page).toContain("|  | the emulator | moto |\n");
  expect(page).toContain("| start to first answer, ms | 500, 0.50 × | 1000 |");
  expect(page).toContain(
    "| one disk, requests a second (ShowDesktopDetail; DescribeVolumes with an id) | 3000, 10 × | 300 |",
  );
});

test("where moto is missing, the page says so, and compares nothing", () => {
  const page = emulatorPage({ ...run, rows: [row("the emulator", 500, 3_000)], missing: "moto is needed." });
  expect(page).toContain("moto's server is missing here. moto is needed.");
  expect(page).toContain("| one disk, requests a second (ShowDesktopDetail) | 3000 |");
  expect(page).not.toContain("×");
});
