"""What an author declares of a lesson: its functions' misconceptions, in misconceptions.py.

That file stands beside the lesson's master and never leaves the instructor's side. It declares
for each function a readable reference, a probe, and edits that turn the reference into what
students write by mistake, and lists these declarations as ``MISCONCEPTIONS``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from .outcome import whole


class Case:
    """A small call that shows whether a function has a behaviour.

    Parameters
    ----------
    *args, **kwargs
        The call's arguments. Keep them tiny: each student who fails is called with them.
    look : callable, optional
        What of the outcome the behaviour is about: ``look(result, arguments)``, where `arguments`
        are those of the call, afterwards. The result itself if left out. A result of None, or an
        error that `look` raises, counts as wrong.

    Examples
    --------
    >>> shape = Case(np.ones((1, 2, 3, 1)), 1, look=lambda X_pad, arguments: np.shape(X_pad))
    """

    def __init__(self, *args: Any, look: Callable[[Any, Any], Any] = whole, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs
        self.look = look

    def copy(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments for a function that may change them."""
        return copy.deepcopy(self.args), copy.deepcopy(self.kwargs)


@dataclass(frozen=True, init=False)
class Form:
    """A way to write something, as changes of a source.

    Parameters
    ----------
    *changes : tuple of str
        Each an old text, replaced at every place where it stands, and the new one.
    fails : tuple of str
        The behaviours that a misconception loses in this form, if they are not those that it
        declares.

    Examples
    --------
    >>> Form(("range(n_H)", "range(n_W)"), ("range(n_W)", "range(n_H)"))
    Form(changes=(('range(n_H)', 'range(n_W)'), ('range(n_W)', 'range(n_H)')), fails=())
    """

    changes: tuple[tuple[str, str], ...]
    fails: tuple[str, ...]

    def __init__(self, *changes: tuple[str, str], fails: tuple[str, ...] = ()) -> None:
        object.__setattr__(self, "changes", changes)
        object.__setattr__(self, "fails", fails)


@dataclass(frozen=True)
class Misconception:
    """One way to be wrong, as an edit of the reference.

    Attributes
    ----------
    name : str
        Short, for tests and reports, such as ``"bias_in_sum"``.
    old, new : str
        What is replaced in the reference, at every place where it stands, and by what.
    fails : tuple of str
        The behaviours that it loses: all of them and no others.
    sentence : str
        What the student reads: what the code does, and what it should do instead. Neither the
        line of the solution nor an expected value. True of every form.
    forms : tuple of Form
        Other ways to make the same mistake, where they act differently.
    """

    name: str
    old: str
    new: str
    fails: tuple[str, ...]
    sentence: str
    forms: tuple[Form, ...] = ()

    @property
    def all_forms(self) -> tuple[Form, ...]:
        """Every way in which it is made; the usual one comes first."""
        return (Form((self.old, self.new)), *self.forms)


# The cases of a probe that tell misconceptions apart and belong to no behaviour.
APART = ""

Probe = Callable[[np.random.Generator], Mapping[str, Case | list[Case]]]
Timing = Callable[[np.random.Generator], tuple[Case, float]]


class Misconceptions:
    """What is declared for one function of a lesson.

    Parameters
    ----------
    reference : callable
        The right function, written for reading: a function of misconceptions.py itself. What it
        calls there under a helper's name is the helper's reference.
    probe : callable
        ``probe(rng)`` returns the cases of each behaviour, by its name. The probe tells the
        misconceptions apart; a behaviour's own cases decide whether it is kept when only a
        helper is wrong. Cases under ``APART`` only tell misconceptions apart.
    *edits : Misconception
    helpers : tuple of str
        The lesson's earlier exercises that the function calls.
    timed : dict
        For each behaviour that is about time, ``timing(rng)`` by its name: it returns a case that
        takes long enough to be measured, with whole numbers, so that all ways to compute it give
        the same, and how many seconds the function may work on it.
    styles : tuple of Form
        Other ways to write the right function: one example at a time or all, another order of
        loops, a step at another place. Every misconception is made in each of them, too, as far
        as its old text stands there.
    """

    def __init__(
        self,
        reference: Callable[..., Any],
        probe: Probe,
        *edits: Misconception,
        helpers: tuple[str, ...] = (),
        timed: Mapping[str, Timing] = MappingProxyType({}),
        styles: tuple[Form, ...] = (),
    ) -> None:
        self.name = reference.__name__
        self.reference = reference
        self.probe = probe
        self.edits = edits
        self.helpers = helpers
        self.timed = timed
        self.styles = styles


@dataclass(frozen=True)
class Conventions:
    """What all functions of a lesson have in common, and other lessons may not.

    The names in capitals are those under which misconceptions.py defines it, if it does.

    Attributes
    ----------
    hints : mapping of str to str
        ``HINTS``: what an exception often means, by how its text begins.
    axes : mapping of int to tuple
        ``AXES``: for results with so many axes, the name of each axis, or None for the two that
        are the rows and columns of a picture. Results with one or two axes need no names.
    room : callable
        ``room(numbers, largest)``: how many numbers a helper makes at most of so many numbers in
        its arguments, the largest integer among them being `largest`.
    """

    hints: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[int, tuple[str | None, ...]] = field(default_factory=dict)
    room: Callable[[int, int], int] = lambda numbers, largest: numbers
