import polars as pl

from terrace.rules.columns import ColumnPlan


def make_plan() -> ColumnPlan:
    plan = ColumnPlan()
    plan.add("double", pl.col("x") * 2)
    plan.add("sum", pl.col("double") + pl.col("y"))
    plan.add("aside", pl.col("z"))
    return plan


def test_it_computes_what_is_wanted_and_what_leads_there() -> None:
    frame = make_plan().run(pl.DataFrame({"x": [1, 2], "y": [10, 20]}), ("sum",))
    assert frame["sum"].to_list() == [12, 24]
    assert "aside" not in frame.columns


def test_its_inputs_are_what_no_column_defines() -> None:
    plan = make_plan()
    assert plan.inputs == {"x", "y", "z"}
    assert plan.inputs_of("sum") == {"x", "y"}
    assert plan.inputs_of("x") == {"x"}


def test_the_first_definition_of_a_name_stands() -> None:
    plan = make_plan()
    plan.add("double", pl.col("x") * 100)
    assert plan.run(pl.DataFrame({"x": [1]}), ("double",))["double"].to_list() == [2]


def test_a_wanted_input_is_left_as_it_is() -> None:
    frame = make_plan().run(pl.DataFrame({"x": [3], "y": [0]}), ("x",))
    assert frame.columns == ["x", "y"]


def test_a_column_used_twice_is_computed_before_both() -> None:
    plan = make_plan()
    plan.add("square", pl.col("double") * pl.col("sum"))
    frame = plan.run(pl.DataFrame({"x": [1], "y": [1]}), ("square",))
    assert frame["square"].to_list() == [6]
