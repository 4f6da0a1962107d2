// Answers cases as `python -m shared.ot` does, with the npm packages that clients use; also normalizes op1 + op2.
// A case without a doc applies nothing; one without a side is about two ops in a row, and transforms nothing.
const { createInterface } = require("node:readline");
const { type: json0 } = require("ot-json0");
const text0 = require("ot-json0/lib/text0");
const { type: textUnicode } = require("ot-text-unicode");

json0.registerSubtype(textUnicode);
// JavaScript joins a list into a text where a text is inserted into it; nobody means that, and ours refuses it.
json0.registerSubtype({
  ...text0,
  apply(snapshot, edits) {
    if (Array.isArray(snapshot) && edits.length) throw new Error("a list is no text");
    return text0.apply(snapshot, edits);
  },
});
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
