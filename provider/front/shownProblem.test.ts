import { UNKNOWN } from "../core/host";
import { shownProblem } from "./shownProblem";

const inputs = { size: "100", type: UNKNOWN, disks: { data: {} }, accessKeyy: "a secret", empty: "" };

test.each<[string, string, string, string]>([
  ["size", "is the text. [HWD1101]", "size", "is the text. [HWD1101]"],
  ["empty", "is empty. [HWD1101]", "empty", "is empty. [HWD1101]"],
  ["", "no credentials. [HWD1201]", "", "no credentials. [HWD1201]"],
  // The engine would print "value {<nil>}".
  ["desktopId", "is missing. [HWD1101]", "", "desktopId is missing. [HWD1101]"],
  ["disks.data.size", "is 15. [HWD1101]", "", "disks.data.size is 15. [HWD1101]"],
  // A screen of dump.
  ["disks", "has 11 disks. [HWD1101]", "", "disks has 11 disks. [HWD1101]"],
  // What may be a secret.
  ["accessKeyy", "is not an input. [HWD1102]", "", "accessKeyy is not an input. [HWD1102]"],
  ["endpoint", 'endpoint "x" is no address. [HWD1201]', "", 'endpoint "x" is no address. [HWD1201]'],
  ["toString", "is not an input. [HWD1102]", "", "toString is not an input. [HWD1102]"],
])("%p: %s", (property, reason, shownProperty, shownReason) => {
  expect(shownProblem({ property, reason }, inputs)).toEqual({
    property: shownProperty,
    reason: shownReason,
  });
});
