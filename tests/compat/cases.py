"""Test cells as nbgrader's courses have them, each with a right, a half-right and a wrong answer.

One notebook holds them all, in this order: each is a solution cell and a test cell.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One exercise.

    Attributes
    ----------
    name : str
    test : str
        Source of its test cell.
    right, half, wrong : str
        What students write.
    outside : bool
        Whether the test runs outside of the wall.
    points : int
    """

    name: str
    test: str
    right: str
    half: str
    wrong: str
    outside: bool
    points: int = 4


GIVEN = """\
%matplotlib inline
import datetime
import math
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np

RATE = 0.5
"""

CASES = (
    Case(
        "plain_asserts",
        'assert squares(3) == [1, 4, 9]\nassert squares(1) == [1], "one number"',
        "def squares(n):\n    return [i**2 for i in range(1, n + 1)]",
        "def squares(n):\n    return [i**2 for i in range(n)]",
        "def squares(n):\n    return None",
        outside=True,
    ),
    Case(
        "visible_then_hidden",
        "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(0.5) == 1\n"
        "assert double([1]) == [1, 1]\n### END HIDDEN TESTS",
        "def double(x):\n    return 2 * x",
        "def double(x):\n    return 4",
        "def double(x):\n    return x",
        outside=True,
    ),
    Case(
        "imported_elsewhere",
        "np.testing.assert_allclose(scaled(np.ones(3)), np.full(3, 0.5))\n"
        "assert math.isclose(scaled(2.0), 1.0)",
        "def scaled(x):\n    return x * RATE",
        "def scaled(x):\n    return x * 0.4",
        "def scaled(x):\n    return 'x'",
        outside=True,
    ),
    Case(
        "test_prints",
        "print('halved:', half(3))\nassert half(3) == 1.5\nprint('all right')",
        "def half(x):\n    return x / 2",
        "def half(x):\n    return x // 2",
        "def half(x):\n    return x",
        outside=True,
    ),
    Case(
        "hidden_test_prints",
        "print('doubled')\nassert twice(1) == 2\n"
        "### BEGIN HIDDEN TESTS\nprint('of four')\nassert twice(4) == 8\n### END HIDDEN TESTS",
        "def twice(x):\n    return 2 * x",
        "def twice(x):\n    return 2",
        "def twice(x):\n    return x",
        outside=True,
    ),
    Case(
        "variables",
        "assert answer == 42\nassert sorted(letters) == ['a', 'b']",
        "answer = 42\nletters = ['b', 'a']",
        "answer = 42\nletters = ['b']",
        "answer = 41\nletters = []",
        outside=True,
    ),
    Case(
        "partial_credit",
        "score = 1 if area(2, 3) == 6 else 0\nif area(0, 3) == 0:\n    score += 3\nscore",
        "def area(a, b):\n    return a * b",
        "def area(a, b):\n    return 6",
        "def area(a, b):\n    return -1",
        outside=True,
    ),
    Case(
        "partial_credit_of_a_helper",
        "def judge():\n    return sum(perimeter(a, 1) == 2 * a + 2 for a in range(4))\n\njudge()",
        "def perimeter(a, b):\n    return 2 * (a + b)",
        "def perimeter(a, b):\n    return 6 if a == 2 else 2 * b + 2",
        "def perimeter(a, b):\n    return 0",
        outside=True,
    ),
    Case(
        "no_partial_credit_with_a_semicolon",
        "assert half_of(4) == 2\nhalf_of(1);",
        "def half_of(x):\n    return x / 2",
        "def half_of(x):\n    return 3 - x",
        "def half_of(x):\n    return 1",
        outside=True,
    ),
    Case(
        "a_text_is_no_partial_credit",
        "assert greet('Ada') == 'Hello, Ada'\n'well done'",
        "def greet(name):\n    return f'Hello, {name}'",
        "def greet(name):\n    return 'Hello, ' + name.lower()",
        "def greet(name):\n    return name",
        outside=True,
    ),
    Case(
        "under_main",
        "if __name__ == '__main__':\n    assert triple(2) == 6",
        "def triple(x):\n    return 3 * x",
        "def triple(x):\n    return 2 * x",
        "def triple(x):\n    return None",
        outside=True,
    ),
    Case(
        "expected_exception",
        "try:\n    root(-1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError\n"
        "assert root(4) == 2",
        "def root(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x**0.5",
        "def root(x):\n    return x**0.5",
        "def root(x):\n    raise TypeError('negative')",
        outside=True,
    ),
    Case(
        "expected_exception_of_own_kind",
        "try:\n    withdraw(5)\nexcept ValueError as error:\n    assert 'funds' in str(error)\n"
        "else:\n    assert False\nassert withdraw(0) == 0",
        "class Funds(ValueError):\n    pass\n\ndef withdraw(x):\n    if x:\n"
        "        raise Funds('no funds')\n    return 0",
        "def withdraw(x):\n    if x:\n        raise ValueError('no money')\n    return 0",
        "def withdraw(x):\n    return 0",
        outside=True,
    ),
    Case(
        "expected_key_error",
        "caught = False\ntry:\n    look_up({}, 'a')\nexcept (KeyError, IndexError) as error:\n"
        "    caught = True\nassert caught and look_up({'a': 1}, 'a') == 1",
        "def look_up(table, key):\n    return table[key]",
        "def look_up(table, key):\n    return table.get(key)",
        "def look_up(table, key):\n    raise RuntimeError",
        outside=True,
    ),
    Case(
        "arguments_changed",
        "numbers = [3, 1, 2]\nassert sort_in_place(numbers) is None\nassert numbers == [1, 2, 3]",
        "def sort_in_place(x):\n    x.sort()",
        "def sort_in_place(x):\n    x = sorted(x)",
        "def sort_in_place(x):\n    return sorted(x)",
        outside=True,
    ),
    Case(
        "named_arguments_kept",
        "numbers = [1, 2, 3]\nassert multiplied(values=numbers, factor=2) == [2, 4, 6]\n"
        "assert numbers == [1, 2, 3]",
        "def multiplied(values, factor):\n    return [factor * value for value in values]",
        "def multiplied(values, factor):\n    values[:] = [factor * value for value in values]\n"
        "    return values",
        "def multiplied(values, factor):\n    return factor * values",
        outside=True,
    ),
    Case(
        "arguments_kept",
        "numbers = np.arange(3.0)\nassert shifted(numbers).tolist() == [1, 2, 3]\n"
        "assert numbers.tolist() == [0, 1, 2]",
        "def shifted(x):\n    return x + 1",
        "def shifted(x):\n    x += 1\n    return x",
        "def shifted(x):\n    return x",
        outside=True,
    ),
    Case(
        "a_new_object",
        "grid = [[1, 2], [3, 4]]\nnew = copy_grid(grid)\nnew[0][0] = 99\n"
        "assert new == [[99, 2], [3, 4]]\nassert grid == [[1, 2], [3, 4]]",
        "def copy_grid(grid):\n    return [list(row) for row in grid]",
        "def copy_grid(grid):\n    return list(grid)",
        "def copy_grid(grid):\n    return None",
        outside=False,
    ),
    Case(
        "a_new_object_each_time",
        "first = defaults()\nfirst['color'] = 'blue'\nassert defaults() == {'color': 'red'}",
        "def defaults():\n    return {'color': 'red'}",
        "SETTINGS = {'color': 'red'}\n\ndef defaults():\n    return SETTINGS",
        "def defaults():\n    return {}",
        outside=False,
    ),
    Case(
        "globals_kept",
        "before = list(stock)\nassert most() == 5\nassert stock == before",
        "stock = [2, 5, 3]\n\ndef most():\n    return max(stock)",
        "stock = [2, 5, 3]\n\ndef most():\n    stock.sort()\n    return stock[-1]",
        "stock = [2, 5, 3]\n\ndef most():\n    return 3",
        outside=True,
    ),
    Case(
        "globals_changed",
        "start = counter\nincrease()\nincrease()\nassert counter == start + 2",
        "counter = 0\n\ndef increase():\n    global counter\n    counter += 1",
        "counter = 0\n\ndef increase():\n    global counter\n    counter = 1",
        "counter = 0\n\ndef increase():\n    counter = 1",
        outside=True,
    ),
    Case(
        "class_instances",
        "p = Point(3, 4)\nassert p.norm() == 5\np.x = 0\nassert p.norm() == 4 and p == Point(0, 4)",
        "class Point:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n\n"
        "    def norm(self):\n        return (self.x**2 + self.y**2) ** 0.5\n\n"
        "    def __eq__(self, other):\n        return (self.x, self.y) == (other.x, other.y)",
        "class Point:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n\n"
        "    def norm(self):\n        return (self.x**2 + self.y**2) ** 0.5",
        "class Point:\n    pass",
        outside=False,
    ),
    Case(
        "inheritance",
        "assert issubclass(Dog, Animal) and Dog().speak() == 'woof'",
        "class Animal:\n    pass\n\n"
        "class Dog(Animal):\n    def speak(self):\n        return 'woof'",
        "class Animal:\n    pass\n\nclass Dog:\n    def speak(self):\n        return 'woof'",
        "class Animal:\n    pass\n\nclass Dog(Animal):\n    pass",
        outside=False,
    ),
    Case(
        "axes",
        "ax = draw()\nassert ax.get_xlabel() == 'time'\nassert len(ax.get_lines()) == 1",
        "def draw():\n    fig, ax = plt.subplots()\n    ax.plot([1, 2])\n"
        "    ax.set_xlabel('time')\n    return ax",
        "def draw():\n    fig, ax = plt.subplots()\n    ax.plot([1, 2])\n    return ax",
        "def draw():\n    return None",
        outside=False,
    ),
    Case(
        "records",
        "assert table.dtype.names == ('name', 'age')\nassert table['age'].sum() == 30",
        "table = np.array([('a', 10), ('b', 20)], dtype=[('name', 'U5'), ('age', int)])",
        "table = np.array([('a', 10), ('b', 21)], dtype=[('name', 'U5'), ('age', int)])",
        "table = np.zeros(2)",
        outside=False,
    ),
    Case(
        "generators",
        "stream = evens()\nassert [next(stream) for _ in range(3)] == [0, 2, 4]",
        "def evens():\n    n = 0\n    while True:\n        yield n\n        n += 2",
        "def evens():\n    yield 0\n    yield 2",
        "def evens():\n    return [0, 2, 4]",
        outside=False,
    ),
    Case(
        "expected_exception_of_any_kind",
        "try:\n    countdown(-1)\nexcept Exception:\n    pass\nelse:\n    raise AssertionError\n"
        "assert countdown(2) == [2, 1, 0]",
        "def countdown(n):\n    if n < 0:\n        raise ValueError\n"
        "    return list(range(n, -1, -1))",
        "def countdown(n):\n    return object() if n < 0 else list(range(n, -1, -1))",
        "def countdown(n):\n    return n",
        outside=True,
    ),
    Case(
        "lists_of_iterators",
        "assert sorted(pairs('ab', [1, 2])) == [('a', 1), ('b', 2)]\n"
        "assert sum(number for _, number in pairs('ab', [3, 4])) == 7",
        "def pairs(a, b):\n    return list(zip(a, b))",
        "def pairs(a, b):\n    return zip(a, b[::-1])",
        "def pairs(a, b):\n    return a",
        outside=True,
    ),
    Case(
        "iterators_are_no_lists",
        "found = labels([1, 2])\nscore = 1 if list(found) == ['1', '2'] else 0\n"
        "score += 3 * (labels([1]) == ['1'])\nscore",
        "def labels(numbers):\n    return list(map(str, numbers))",
        "def labels(numbers):\n    return map(str, numbers)",
        "def labels(numbers):\n    raise ValueError",
        outside=True,
    ),
    Case(
        "next_of_a_generator",
        "turn = turns([1, 2])\nassert next(turn) == 1 and list(turn) == [2]",
        "def turns(items):\n    yield from items",
        "def turns(items):\n    yield from items[:1]",
        "def turns(items):\n    return items",
        outside=False,
    ),
    Case(
        "views",
        "assert set(names_in({'a': 1})) == {'a'}\nassert names_in({}) == []",
        "def names_in(table):\n    return list(table)",
        "def names_in(table):\n    return table.keys()",
        "def names_in(table):\n    return None",
        outside=True,
    ),
    Case(
        "sets",
        "assert common([1, 2, 3], [2, 3, 4]) == {2, 3}\nassert common([], []) == set()",
        "def common(a, b):\n    return set(a) & set(b)",
        "def common(a, b):\n    return {x for x in a if x in b and x < 3}",
        "def common(a, b):\n    return [2, 3]",
        outside=True,
    ),
    Case(
        "texts_and_dates",
        "assert list(names) == ['ann', 'bo']\nassert day - datetime.date(2024, 2, 28) == "
        "datetime.timedelta(2)\nassert weeks(2) == range(0, 14, 7)",
        "names = np.array(['ann', 'bo'])\nday = datetime.date(2024, 3, 1)\n"
        "def weeks(n):\n    return range(0, 7 * n, 7)",
        "names = np.array(['ann', 'bo'])\nday = datetime.date(2024, 2, 29)\n"
        "def weeks(n):\n    return range(0, 7 * n, 7)",
        "names = np.array([b'ann', b'bo'])\nday = '2024-03-01'\ndef weeks(n):\n    return n",
        outside=True,
    ),
    Case(
        "callbacks",
        "assert apply_twice(lambda x: x + 3, 1) == 7",
        "def apply_twice(f, x):\n    return f(f(x))",
        "def apply_twice(f, x):\n    return f(x)",
        "def apply_twice(f, x):\n    return x",
        outside=False,
    ),
    Case(
        "own_function_as_argument",
        "assert list(map(negated, [1, -2])) == [-1, 2]",
        "def negated(x):\n    return -x",
        "def negated(x):\n    return -abs(x)",
        "def negated(x):\n    return x",
        outside=True,
    ),
    Case(
        "functions_returned",
        "add = adder(3)\nassert add(4) == 7",
        "def adder(n):\n    return lambda x: x + n",
        "def adder(n):\n    return lambda x: x + 3 * n",
        "def adder(n):\n    return n",
        outside=False,
    ),
    Case(
        "docstring",
        "assert documented.__doc__ and len(documented.__doc__) > 5\nassert documented() == 1",
        'def documented():\n    """Return one."""\n    return 1',
        "def documented():\n    return 1",
        'def documented():\n    """Return one."""\n    return 2',
        outside=False,
    ),
    Case(
        "same_object",
        "numbers = [1, 2]\nassert copied(numbers) == numbers\n"
        "assert copied(numbers) is not numbers",
        "def copied(x):\n    return list(x)",
        "def copied(x):\n    return x",
        "def copied(x):\n    return []",
        outside=False,
    ),
    Case(
        "printed",
        "import io\nfrom contextlib import redirect_stdout\n\nout = io.StringIO()\n"
        "with redirect_stdout(out):\n    show(3)\nassert out.getvalue() == '3\\n'",
        "def show(x):\n    print(x)",
        "def show(x):\n    print(x, end='')",
        "def show(x):\n    return x",
        outside=False,
    ),
    Case(
        "prints_itself",
        "print('checking')\nassert cube(2) == 8\nprint('passed')",
        "def cube(x):\n    return x**3",
        "def cube(x):\n    return 3 * x",
        "def cube(x):\n    print('wrong')",
        outside=True,
    ),
    Case(
        "magic",
        "%precision 3\nassert third(1) == 1 / 3",
        "def third(x):\n    return x / 3",
        "def third(x):\n    return 0.333",
        "def third(x):\n    return x",
        outside=False,
    ),
    Case(
        "awaits",
        "assert await later(2) == 4\nassert await later(3) == 6",
        "async def later(x):\n    return 2 * x",
        "async def later(x):\n    return 4",
        "def later(x):\n    return 2 * x",
        outside=False,
    ),
    Case(
        "capture_magic",
        "%%capture out\nprint('x')\nassert fourth(4) == 1",
        "def fourth(x):\n    return x / 4",
        "def fourth(x):\n    return 4",
        "def fourth(x):\n    return x",
        outside=False,
    ),
    Case(
        "files_written",
        "import os\n\nsave('hello')\nassert os.path.exists('note.txt')\n"
        "assert open('note.txt').read() == 'hello'",
        "def save(text):\n    with open('note.txt', 'w') as file:\n        file.write(text)",
        "def save(text):\n    with open('note.txt', 'w') as file:\n        file.write('x')",
        "def save(text):\n    pass",
        outside=False,
    ),
    Case(
        "files_given",
        "assert count_lines('data.csv') == 3",
        "def count_lines(name):\n    return len(open(name).readlines())",
        "def count_lines(name):\n    return len(open(name).readlines()) - 1",
        "def count_lines(name):\n    return 0",
        outside=True,
    ),
    Case(
        "seeds",
        "np.random.seed(1)\nfirst = roll()\nnp.random.seed(1)\nassert roll() == first\n"
        "assert len({roll() for _ in range(50)}) > 1",
        "def roll():\n    return int(np.random.randint(1, 7))",
        "def roll():\n    return 4",
        "def roll():\n    return np.random.default_rng().random()",
        outside=False,
    ),
    Case(
        "names_defined",
        "assert 'total' in dir() and 'forbidden' not in globals()\nassert total == 6",
        "total = 6",
        "total = 6\nforbidden = True",
        "total = 5",
        outside=False,
    ),
    Case(
        "defines_a_name",
        "checked = last([1, 2])\nassert checked == 2",
        "def last(x):\n    return x[-1]",
        "def last(x):\n    return x[-1] if len(x) > 2 else x[0]",
        "def last(x):\n    return x[0]",
        outside=False,
    ),
    Case(
        "uses_that_name",
        "assert checked + first([5, 6]) == 7",
        "def first(x):\n    return x[0]",
        "def first(x):\n    return 5",
        "def first(x):\n    return x",
        outside=False,
    ),
    Case(
        "rebinding",
        "def price():\n    return 10\n\nassert total_price(3) == 30",
        "def price():\n    return 1\n\ndef total_price(n):\n    return n * price()",
        "def price():\n    return 10\n\ndef total_price(n):\n    return n * 20",
        "def price():\n    return 1\n\ndef total_price(n):\n    return n",
        outside=False,
    ),
    Case(
        "forbidden_helper",
        "def shortcut(n):\n    raise AssertionError('no shortcut')\n\nassert long_way(3) == 6",
        "def shortcut(n):\n    return n * (n + 1) // 2\n\n"
        "def long_way(n):\n    return sum(range(n + 1))",
        "def shortcut(n):\n    return n * (n + 1) // 2\n\ndef long_way(n):\n    return shortcut(n)",
        "def shortcut(n):\n    return n\n\ndef long_way(n):\n    return 0",
        outside=False,
    ),
    Case(
        "tools_that_exit",
        "import sys\n\nif is_even(3) or not is_even(4):\n    sys.exit('wrong')",
        "def is_even(n):\n    return n % 2 == 0",
        "def is_even(n):\n    return True",
        "def is_even(n):\n    return None",
        outside=False,
    ),
    Case(
        "another_error",
        "result = divide(1, 4)\nassert result == 0.25\nassert 1 / result == 4",
        "def divide(a, b):\n    return a / b",
        "def divide(a, b):\n    return 0",
        "def divide(a, b):\n    return a // 0",
        outside=True,
    ),
    Case(
        "fractions",
        "assert exact(1, 2) + exact(1, 2) == 1\nassert isinstance(exact(1, 3), Fraction)",
        "def exact(a, b):\n    return Fraction(a, b)",
        "def exact(a, b):\n    return a / b",
        "def exact(a, b):\n    return None",
        outside=True,
    ),
    Case(
        "mutation_of_a_module",
        "math.tau = 6\nassert circle(1) == 6",
        "def circle(r):\n    return math.tau * r",
        "def circle(r):\n    return 6.2 * r",
        "def circle(r):\n    return 6.28 * r",
        outside=False,
    ),
)
