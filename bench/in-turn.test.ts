import { inTurn } from "./in-turn";

test("each round has every contender once, and each contender gets its own results", async () => {
  const ran: string[] = [];
  const results = await inTurn(["a", "b"], 2, (contender, round) => {
    ran.push(`${contender}${round}`);
    return Promise.resolve(`${contender} in round ${round}`);
  });
  expect(ran).toEqual(["a1", "b1", "a2", "b2"]);
  expect(results).toEqual([
    { contender: "a", runs: ["a in round 1", "a in round 2"] },
    { contender: "b", runs: ["b in round 1", "b in round 2"] },
  ]);
});
