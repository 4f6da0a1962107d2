// Reads a JSON array of rules texts; answers for each null, or the place and message with which Google's parser refuses it.
const { parseForESLint } = require('@firebase/eslint-plugin-security-rules/parser');

const texts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const verdicts = texts.map((text) => {
  try {
    parseForESLint(text);
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { line: error.lineNumber, column: error.column, message: error.message };
  }
});
process.stdout.write(JSON.stringify(verdicts));
