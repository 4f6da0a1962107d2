"""Every operator: true, false and error, and who absorbs an error."""

from collections.abc import Callable

import pytest

ERROR = "request.nothing"

CASES = """
allow  !false
deny   !true
error  !1
error  !null
error  !{ERROR}
allow  -3 == 0 - 3
allow  -2.5 < 0
error  -'a' == 'a'
error  -true == 1
allow  1 + 2 == 3
allow  1 + 2.5 == 3.5
allow  'a' + 'b' == 'ab'
error  'a' + 1 == 'a1'
error  [1] + [2] == [1, 2]
error  true + 1 == 2
error  9223372036854775807 + 1 > 0
allow  5 - 7 == -2
error  'b' - 'a' == ''
allow  6 * 7 == 42
allow  1.5 * 2 == 3
error  'a' * 2 == 'aa'
error  4611686018427387904 * 2 > 0
allow  7 / 2 == 3
allow  -7 / 2 == -3
allow  7.0 / 2 == 3.5
error  1 / 0 == 0
allow  1.0 / 0 > 9223372036854775807
allow  math.isNaN(0.0 / 0)
error  -9223372036854775808 / -1 > 0
allow  7 % 3 == 1
allow  -7 % 3 == -1
allow  7.5 % 2 == 1.5
error  1 % 0 == 0
error  'a' % 2 == 0
allow  1 + 2 * 3 == 7
allow  (1 + 2) * 3 == 9
allow  10 - 3 - 2 == 5
allow  1 < 2
deny   2 < 1
deny   1 < 1
allow  1 <= 1.0
deny   2 <= 1
allow  2 > 1.5
deny   1 > 1
allow  'b' > 'a'
allow  'ab' >= 'a'
deny   'a' >= 'b'
error  1 < 'a'
error  true < false
error  null < 1
error  [1] < [2]
error  {ERROR} < 1
allow  timestamp.value(1) < timestamp.value(2)
deny   timestamp.value(2) <= timestamp.value(1)
allow  duration.value(1, 'h') > duration.value(59, 'm')
error  duration.value(1, 'h') > 1
allow  1 == 1
allow  1 == 1.0
deny   1 == 2
deny   1 == '1'
deny   1 == true
deny   0 == false
deny   null == 0
allow  null == null
deny   'a' == 'A'
allow  [1, [2]] == [1.0, [2]]
deny   [1, 2] == [2, 1]
allow  {{'a': 1, 'b': [2]}} == {{'b': [2], 'a': 1}}
deny   {{'a': 1}} == {{'a': 2}}
allow  [1, 2].toSet() == [2, 1, 2].toSet()
deny   [1].toSet() == [1]
deny   0.0 / 0 == 0.0 / 0
allow  /a/b == /a/$('b')
deny   /a/b == '/a/b'
error  {ERROR} == null
allow  1 != 2
deny   1 != 1.0
allow  1 != '1'
error  {ERROR} != null
allow  2 in [1, 2.0]
deny   3 in [1, 2]
deny   1 in []
allow  'a' in {{'a': null}}
deny   'b' in {{'a': null}}
deny   1 in {{'a': 1}}
allow  1 in [1].toSet()
deny   2 in [1].toSet()
error  'a' in 'abc'
error  1 in 1
error  1 in null
error  {ERROR} in [1]
allow  !(3 in [1, 2])
allow  true && true
deny   true && false
deny   false && true
deny   false && {ERROR}
deny   {ERROR} && false
error  {ERROR} && true
error  true && {ERROR}
error  {ERROR} && {ERROR}
error  1 && true
deny   1 && false
error  true && null
allow  true || false
allow  false || true
deny   false || false
allow  true || {ERROR}
allow  {ERROR} || true
error  {ERROR} || false
error  false || {ERROR}
error  'x' || false
allow  'x' || true
deny   {ERROR} && true && false
allow  {ERROR} || false || true
allow  true || false && false
allow  (true ? 1 : 2) == 1
allow  (false ? 1 : 2) == 2
allow  true ? true : {ERROR}
error  true ? {ERROR} : true
error  1 ? true : false
error  {ERROR} ? true : true
allow  false ? false : true ? true : false
allow  [1, 2, 3][1] == 2
error  [1][1] == 1
error  [1][-1] == 1
error  [1]['0'] == 1
error  [1][true] == 1
allow  'abc'[1] == 'b'
error  'abc'[3] == ''
allow  {{'a': {{'b': 7}}}}['a']['b'] == 7
allow  {{'a': {{'b': 7}}}}.a.b == 7
error  {{'a': 1}}['b'] == 1
error  {{'a': 1}}[0] == 1
error  {{'a': 1}}.b == 1
error  1.5.a == 1
error  null.a == 1
error  1[0] == 1
allow  request.path[3] == 'things'
allow  [1, 2, 3][1:3] == [2, 3]
allow  [1, 2, 3][:2] == [1, 2]
allow  [1, 2, 3][2:] == [3]
allow  [1][:] == [1]
allow  'abcd'[1:3] == 'bc'
error  [1][0:2] == [1]
error  [1, 2][2:1] == []
error  'abc'['a':] == ''
error  {{'a': 1}}[0:1] == 1
error  true[0:1] == 1
deny   2 in [1] || 1 in [2] && true
allow  1 == 1 in [true]
deny   1 is string in [true]
"""


def rows(table: str) -> list[tuple[str, str]]:
    lines = table.replace("{ERROR}", ERROR).replace("{{", "{").replace("}}", "}").strip().splitlines()
    return [(expected, condition.strip()) for expected, condition in (line.split(None, 1) for line in lines)]


@pytest.mark.parametrize(("expected", "condition"), rows(CASES))
def test_operator(outcome: Callable[..., str], expected: str, condition: str) -> None:
    assert outcome(condition) == expected
