"""The parser's upper half: rules text to tree, accepting exactly the texts that Google's own parser accepts."""

from emulator.firestore.rules.expressions import ExpressionParser
from emulator.firestore.rules.lexer import Source, unquote
from emulator.firestore.rules.nodes import Allow, Capture, Function, Match, Node, Rules, Service


def parse(text: str) -> Rules:
    """The tree of a rules text. Raises RulesError where the syntax is wrong; meaning is not looked at."""
    return _Parser(Source(text)).rules()


class _Parser(ExpressionParser):
    def rules(self) -> Rules:
        rules = Rules(version=self._version(), start=0, stop=len(self.source.text))
        while self.token.kind == "import":
            rules.imports.append(self.token.start)
            self._import()
        while self.token.kind != "end" or not (rules.functions or rules.services):
            if self.token.kind == "function":
                rules.functions.append(self._function())
            elif self.token.kind == "service":
                rules.services.append(self._service())
            else:
                raise self.unexpected("'service' or 'function'")
        return rules

    def _version(self) -> int:
        if not self.accept("rules_version"):
            return 1
        self.take("=")
        token = self.take("string", "a version string")
        self.accept(";")
        if unquote(token.text) not in ("1", "2"):
            raise self.source.error("Only rules_version '1' and '2' are allowed.", token.start)
        return int(unquote(token.text))

    def _import(self) -> None:
        self.take("import")
        self.take("string", "what to import")
        if self.token.kind == "word" and self.token.text == "as":
            self.take("word")
            self.word("an alias")
        self.take(";")

    def _service(self) -> Service:
        start = self.take("service").start
        service = Service(name=self.take("service_name").text, start=start, stop=start)
        self.take("{")
        if self.token.kind == "}":
            raise self.source.error("The 'service' body must contain at least one declaration.", self.token.start)
        while self.token.kind != "}":
            if self.token.kind == "function":
                service.functions.append(self._function())
            else:
                service.matches.append(self._match(0))
        service.stop = self.take("}").stop
        return service

    def _match(self, depth: int) -> Match:
        if self.token.kind in ("path", "/"):
            raise self.source.error("Missing 'match' keyword before path.", self.token.start)
        start = self.take("match", "'match', 'allow' or 'function'" if depth else "'match' or 'function'").start
        if depth > 100:
            raise self.source.error("Match blocks nest too deeply.", start)
        pattern: list[str | Capture] = [self.segment()]
        while self.token.kind in ("path", "/"):
            pattern.append(self.segment())
        match = Match(pattern=pattern, start=start, stop=start)
        self.take("{")
        if self.token.kind == "}":
            raise self.source.error("The 'match' body must contain at least one declaration.", self.token.start)
        while self.token.kind != "}":
            if self.token.kind == "function":
                match.functions.append(self._function())
            elif self.token.kind == "allow":
                match.allows.append(self._allow())
            else:
                match.matches.append(self._match(depth + 1))
        match.stop = self.take("}").stop
        return match

    def _allow(self) -> Allow:
        start = self.take("allow").start
        if self.token.kind != "word":
            raise self.source.error("Expected at least one 'operation' after 'allow'.", self.token.start)
        operations = [self.word("an operation")]
        while self.accept(","):
            operations.append(self.word("an operation"))
        condition: Node | None = None
        stop = start
        if self.token.kind == "if":
            raise self.source.error("Missing ':' before 'if' condition.", self.token.start)
        if self.accept(":"):
            if self.token.kind != "if":
                raise self.source.error("Missing 'if' before conditional expression.", self.token.start)
            self.take("if")
            condition = self.expression()
            stop = condition.stop
        self.accept(";")
        return Allow(operations=operations, condition=condition, start=start, stop=stop)

    def _function(self) -> Function:
        start = self.take("function").start
        name = self.word("the name of the function")
        parameters: list[str] = []
        self.take("(")
        if self.token.kind != ")":
            parameters.append(self.word("a parameter"))
            while self.accept(","):
                parameters.append(self.word("a parameter"))
        self.take(")")
        self.take("{")
        bindings: list[tuple[str, Node]] = []
        while self.accept("let"):
            variable = self.word("the name of a variable")
            self.take("=")
            bindings.append((variable, self.expression()))
            self.take(";")
        self.take("return")
        result = self.expression()
        self.accept(";")
        stop = self.take("}").stop
        return Function(name=name, parameters=parameters, bindings=bindings, result=result, start=start, stop=stop)
