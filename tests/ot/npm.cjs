// Answers cases as `python -m shared.ot` does, with the npm packages that clients use; also normalizes op1 + op2.
// A case without a doc applies nothing; one without a side is about two ops in a row, and transforms nothing.
const { createInterface } = require("node:readline");
const { type: json0 } = require("ot-json0");
const { type: textUnicode } = require("ot-text-unicode");

json0.registerSubtype(textUnicode);
const copy = (value) => JSON.parse(JSON.stringify(value));

function answer({ doc, op1, op2, side }) {
  try {
    return {
      ...(doc !== undefined && { apply: json0.apply(copy(doc), copy(op1)) }),
      ...(side && { transform: json0.transform(copy(op1), copy(op2), side) }),
      compose: json0.compose(copy(op1), copy(op2)),
      invert: json0.invert(copy(op1)),
      normalize: json0.normalize(copy(op1.concat(op2))),
    };
  } catch (error) {
    return { error: String(error) };
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
});
