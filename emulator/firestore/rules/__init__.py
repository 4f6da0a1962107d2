"""The Firestore security rules language: `Ruleset.compile(text).judge(RuleRequest(...)) -> Verdict`."""
