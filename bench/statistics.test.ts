import { figure, quantile, shortly, shown } from "./statistics";

test.each([
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95, 10],
  [[5], 0.95, 5],
  [[5, 6], 0, 5],
])("of %j, the share %d is not above %d", (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected);
});

test("of nothing there is no figure", () => {
  expect(() => figure([])).toThrow("nothing was measured");
});

test("a figure is the median, the least and the most; the median of an even number lies between two", () => {
  expect(figure([9, 1, 4])).toEqual({ median: 4, least: 1, most: 9, runs: 3 });
  expect(figure([1, 2, 4, 9])).toEqual({ median: 3, least: 1, most: 9, runs: 4 });
});

test("numbers are as exact as they can be read", () => {
  expect([1.234, -1.5, 12.34, 1234.5, 10].map(shortly)).toEqual(["1.23", "-1.50", "12.3", "1235", "10"]);
  expect(shown(figure([1000, 2000, 4000]), 1 / 1000)).toBe("2 (1–4)");
  expect(shown(figure([10, 10]))).toBe("10");
});
