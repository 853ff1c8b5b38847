"""Search domains: the prefix notation of conditions, and what each operator means for each kind of field."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tests.doubles.odoo.errors import AccessError, OdooError, value_error
from tests.doubles.odoo.fields import NUMBERS, Field, parse_date

if TYPE_CHECKING:
    from tests.doubles.odoo.reading import Reading

Test = Callable[[int], bool]
_TEXTS = ("char", "html", "text")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LIKES = ("like", "ilike", "=like", "=ilike", "not like", "not ilike")
_OPERATORS = {
    *("=", "!=", "<>", "<", "<=", ">", ">=", "=?", "in", "not in", "child_of", "parent_of", "any", "not any"),
    *_LIKES,
}


def compile_domain(model: Reading, domain: Any) -> Test:
    """Turn a domain into a test of record ids of `model`.

    Raises:
        OdooError: the domain is malformed or names a field that is not there or cannot be searched.
    """
    if not isinstance(domain, (list, tuple)):
        raise OdooError(
            "Domains to normalize must have a 'domain' form: a list or tuple of domain components",
            "builtins.AssertionError",
        )
    stack: list[Test] = []
    for item in reversed(domain):
        try:
            if item == "!":
                stack.append(_negated(stack.pop()))
            elif item in ("&", "|"):
                stack.append(_joined(item, stack.pop(), stack.pop()))
            else:
                stack.append(_leaf(model, item))
        except IndexError:
            raise value_error(f"Domain {domain!r} is syntactically not correct.") from None
    while len(stack) > 1:
        stack.append(_joined("&", stack.pop(), stack.pop()))
    return stack[0] if stack else lambda _id: True


def names(domain: Any, field: str) -> bool:
    """Say whether a domain has a condition on `field` itself."""
    return any(isinstance(item, (list, tuple)) and len(item) == 3 and item[0] == field for item in domain)


def _negated(test: Test) -> Test:
    return lambda record_id: not test(record_id)


def _joined(operator: str, first: Test, second: Test) -> Test:
    if operator == "&":
        return lambda record_id: first(record_id) and second(record_id)
    return lambda record_id: first(record_id) or second(record_id)


def _leaf(model: Reading, item: Any) -> Test:
    if not isinstance(item, (list, tuple)) or len(item) > 3:
        raise value_error(f"Invalid leaf {item!r}")
    if len(item) < 2:
        raise OdooError("tuple index out of range", "builtins.IndexError")
    if len(item) == 2:
        raise value_error("not enough values to unpack (expected 3, got 2)")
    item = tuple(item)
    path, operator, value = item
    if isinstance(path, int) and isinstance(value, int) and operator in ("=", "!="):
        truth = (path == value) is (operator == "=")
        return lambda _id: truth
    if not isinstance(path, str) or not isinstance(operator, str) or operator.lower() not in _OPERATORS:
        what = "operator in condition" if model.env.version >= 19 else "leaf"
        raise value_error(f"Invalid {what} {item!r}")
    name, _, rest = path.partition(".")
    field = _searched(model, name, item)
    if _unsearchable(model, name, field):
        return lambda _id: True
    operator = {"<>": "!="}.get(operator.lower(), operator.lower())
    if operator == "=?":
        operator = "="
        if value is False or value is None:
            return lambda _id: True
    if rest or operator in ("any", "not any"):
        return _through(model, name, field, [(rest, operator, value)] if rest else value, operator)
    if field.relation and not rest and (operator in _LIKES or (isinstance(value, str) and operator != "in")):
        related = model.env[field.relation]
        test = _leaf(related, (related.rec_name, operator.removeprefix("not "), value))
        return _related(model, name, test, negate=operator.startswith("not "))
    return _compared(model, name, field, operator, value)


def _searched(model: Reading, name: str, leaf: object) -> Field:
    field = model.fields.get(name)
    if field is None:
        raise value_error(f"Invalid field {model.name}.{name} in leaf {leaf!r}")
    if field.admin_only and not model.env.is_admin and model.env.version >= 19:
        raise AccessError(f"You do not have enough rights to access the field '{name}' on {model.name}")
    return field


def _unsearchable(model: Reading, name: str, field: Field) -> bool:
    """Say that a field cannot be searched: before Odoo 19 a condition on it counts as true."""
    known = name in model.searchable and (name != "display_name" or model.env.version >= 18)
    if field.store or field.relation or known:
        return False
    if model.env.version >= 19:
        raise value_error(f"Cannot convert {model.name}.{name} to SQL because it is not stored")
    return True


def _through(model: Reading, name: str, field: Field, domain: Any, operator: str) -> Test:
    if not field.relation:
        term = (f"{name}.{domain[0][0]}", *domain[0][1:])
        raise OdooError(f"Invalid field {term[0]!r} in domain term {term!r}", "builtins.AssertionError")
    related = model.env[field.relation].active_only(domain)
    return _related(model, name, related, negate=operator == "not any" and isinstance(domain, list))


def _related(model: Reading, name: str, test: Test, *, negate: bool) -> Test:
    def fits(record_id: int) -> bool:
        return any(test(other) for other in _ids(model.value(record_id, name))) is not negate

    return fits


def _ids(value: Any) -> list[int]:
    if isinstance(value, list):
        return value
    return [value] if value else []


def _compared(model: Reading, name: str, field: Field, operator: str, value: Any) -> Test:
    if operator in _LIKES:
        pattern = _pattern(operator.removeprefix("not "), str(value or ""))
        negate = operator.startswith("not ")
        return lambda record_id: bool(pattern.search(str(model.value(record_id, name) or ""))) is not negate
    if operator in ("in", "not in", "child_of", "parent_of"):
        values = value if isinstance(value, (list, tuple)) else [value]
        wanted = frozenset(_wanted(model, field, v) for v in values)
        negate = operator == "not in"
        return lambda record_id: _among(model, record_id, name, field, wanted) is not negate
    if operator in ("=", "!=") and isinstance(value, (list, tuple)):
        return _compared(model, name, field, "in" if operator == "=" else "not in", value)
    if field.type == "datetime" and operator in (">", "<=") and _DAY.fullmatch(str(value)):
        value = f"{value} 23:59:59"
    wanted_value = _wanted(model, field, value)
    if operator in ("=", "!="):
        negate = operator == "!="
        return lambda record_id: _among(model, record_id, name, field, {wanted_value}) is not negate
    if field.type == "many2many" or field.type == "one2many":
        raise value_error(f"Invalid operator {operator!r} on {model.name}.{name}")

    def ordered(record_id: int) -> bool:
        held = _held(model, record_id, name, field)
        if held is None or wanted_value is None:
            return False
        if operator in ("<", "<="):
            return bool(held < wanted_value or (operator == "<=" and held == wanted_value))
        return bool(held > wanted_value or (operator == ">=" and held == wanted_value))

    return ordered


def _among(model: Reading, record_id: int, name: str, field: Field, wanted: Set[Any]) -> bool:
    held = _held(model, record_id, name, field)
    if field.to_many:
        return any(v in held for v in wanted) or (None in wanted and not held)
    if field.type in _TEXTS and None in wanted and held == "" and model.env.version >= 18:
        return True
    return held in wanted


def _held(model: Reading, record_id: int, name: str, field: Field) -> Any:
    value = model.value(record_id, name)
    if field.type == "boolean":
        return bool(value)
    if isinstance(value, datetime) and model.env.version >= 19:
        return value.replace(microsecond=0)
    return value


def _wanted(model: Reading, field: Field, value: Any) -> Any:
    """Bring a domain's value to the form rows hold; before Odoo 19 datetimes compare in microseconds."""
    if field.type == "boolean":
        return bool(value)
    if field.type in NUMBERS:
        return int(value) if isinstance(value, str) and value.isdigit() else value or 0
    if value is False or value is None:
        return None
    if field.type == "datetime":
        return _moment(value, model.env.version)
    if field.type == "date":
        return value if isinstance(value, date) else parse_date(str(value))
    return value


def _moment(value: Any, version: int) -> datetime:
    """Read a domain's datetime as PostgreSQL does, which also takes ISO 8601 and does not mind the zone."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        name = "psycopg2.errors.InvalidDatetimeFormat" if version < 19 else "builtins.ValueError"
        raise OdooError(f'invalid input syntax for type timestamp: "{value}"', name) from None
    moment = moment.replace(tzinfo=None)
    return moment.replace(microsecond=0) if version >= 19 else moment


def _pattern(operator: str, text: str) -> re.Pattern[str]:
    whole = operator.startswith("=")
    # As in SQL, a backslash takes the meaning off the wildcard behind it.
    wildcards = {"%": ".*", "_": "."}
    body = "".join(
        wildcards.get(part) or re.escape(part.removeprefix("\\") if len(part) > 1 else part)
        for part in re.findall(r"\\.|.", text, re.DOTALL)
    )
    flags = re.DOTALL | (re.IGNORECASE if operator.endswith("ilike") else 0)
    return re.compile(f"^{body}$" if whole else body, flags)
