# Copyright (c) jupyterlite-webrtc contributors.
# Distributed under the terms of the Modified BSD License.

"""What people do to the cells of one notebook at the same moment (P1, P2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.jupyter import JupyterPage, visit
from harness.sites import NOTEBOOK
from harness.waiting import wait_until

if TYPE_CHECKING:
    from harness.peers import Peers

pytestmark = pytest.mark.usefixtures("site_signaling")

#: the cells of the test site's notebook
MARKDOWN, CODE, END = "# Waves\nA first lesson.", "const first = 1;", "The end."

#: milliseconds until people act: all pages hold still by then
DELAY = 3000


def open_together(peers: Peers, url: str, *names: str) -> list[JupyterPage]:
    """Bring people into the notebook."""
    pages = [visit(peers.new(name), url, "lab", NOTEBOOK, room="r1").shown() for name in names]
    for page in pages:
        page.wait_status("connected", len(names) - 1)
    return pages


def at_once(*actions: tuple[JupyterPage, str]) -> None:
    """Let people act before any of them sees what another does.

    Each page is kept busy, so that nothing can arrive, until all act.

    Parameters
    ----------
    *actions : tuple of JupyterPage and str
        Who does what, as JavaScript, with ``run(command)`` for commands and ``notebook`` for
        the notebook's widget.
    """
    moment = actions[0][0].page.evaluate("delay => Date.now() + delay", DELAY)
    for page, action in actions:
        page.page.evaluate(
            """([moment, action]) => {
                const notebook = jupyterapp.shell.currentWidget.content;
                const select = index => {
                    notebook.deselectAll();
                    notebook.activeCellIndex = index;
                    notebook.mode = 'command';
                };
                const run = command => void jupyterapp.commands.execute(command);
                const type = (cell, text) =>
                    notebook.widgets[cell].editor.replaceSelection(text);
                const act = new Function('notebook', 'select', 'run', 'type', action);
                window.acted = undefined;
                setTimeout(() => {
                    const early = Date.now() < moment;
                    while (Date.now() < moment);
                    act(notebook, select, run, type);
                    window.acted = early;
                }, moment - Date.now() - 1000);
            }""",
            [moment, action],
        )
    for page, _ in actions:
        page.page.wait_for_function("() => window.acted !== undefined")
        assert page.page.evaluate("() => window.acted"), "the machine was too slow"


def wait_for(pages: list[JupyterPage], *expected: str) -> None:
    """Wait until all have exactly these cells, in any order, and equal notebooks."""

    def agree() -> bool:
        notebooks = [page.notebook for page in pages]
        return all(notebook == notebooks[0] for notebook in notebooks) and sorted(
            pages[0].sources
        ) == sorted(expected)

    wait_until(agree, message=f"{expected} everywhere; there is {[p.sources for p in pages]}")
    for page in pages:
        # and the page shows what the model holds
        shown = page.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.widgets.map(
                cell => cell.model.sharedModel.getSource())"""
        )
        assert shown == page.sources


def wait_for_kernels(pages: list[JupyterPage]) -> None:
    """Wait until nothing runs."""
    wait_until(lambda: all(page.kernel_status == "idle" for page in pages), message="the kernels")


def test_a_cell_that_two_people_move_while_a_third_types_in_it_stands_once(
    peers: Peers, site_url: str
) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace", "Joan")
    ada, grace, joan = pages
    at_once(
        (ada, "select(1); run('notebook:move-cell-down')"),
        (grace, "select(1); run('notebook:move-cell-up')"),
        (joan, "type(1, '/* typed */ ')"),
    )
    wait_for(pages, MARKDOWN, f"/* typed */ {CODE}", END)
    # … and they go on
    index = ada.sources.index(f"/* typed */ {CODE}")
    at_once(
        (ada, f"select({index}); run('notebook:change-cell-to-raw')"),
        (grace, f"type({index}, '/* again */ ')"),
    )
    wait_until(
        lambda: all(
            [source.count("/* again */") for source in page.sources].count(1) == 1 for page in pages
        ),
        message="what was typed",
    )
    texts = ["\n".join(page.sources) for page in pages]
    assert texts == [texts[0]] * 3
    assert all(texts[0].count(part) == 1 for part in ("/* typed */", CODE, MARKDOWN, END))


@pytest.mark.gate
def test_a_cell_that_two_people_split_or_merge_at_once_is_so_once(
    peers: Peers, site_url: str
) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace")
    ada, grace = pages
    split = """select(1);
        notebook.widgets[1].editor.setCursorPosition({ line: 0, column: 6 });
        run('notebook:split-cell-at-cursor')"""
    at_once((ada, split), (grace, split))
    wait_for(pages, MARKDOWN, CODE[:6], CODE[6:], END)
    merge = "select(2); run('notebook:merge-cell-above')"
    at_once((ada, merge), (grace, merge))
    # each sets a line break between
    wait_for(pages, MARKDOWN, f"{CODE[:6]}\n\n{CODE[6:]}", END)
    # and what one types into a cell that another merges stands behind it
    at_once((ada, "select(2); run('notebook:merge-cell-above')"), (grace, "type(2, 'typed')"))
    wait_until(
        lambda: all("\n".join(page.sources).count("typed") == 1 for page in pages),
        message="what was typed",
    )
    assert ada.sources == grace.sources


@pytest.mark.gate
def test_what_is_typed_into_a_cell_that_another_deletes_is_kept_and_they_are_told(
    peers: Peers, site_url: str
) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace")
    ada, grace = pages
    at_once(
        (ada, "select(1); run('notebook:delete-cell')"),
        (grace, "type(1, 'const kept = 1; ')"),
    )
    wait_for(pages, MARKDOWN, "const kept = 1; ", END)
    toast = grace.page.locator(".Toastify__toast", has_text="const kept = 1;")
    toast.wait_for()
    grace.save()
    assert grace.drive_text(NOTEBOOK).count("kept") == 1


@pytest.mark.gate
def test_a_cell_that_two_people_run_at_once_has_one_set_of_outputs(
    peers: Peers, site_url: str
) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace")
    for name in ("Ada", "Grace"):
        # JupyterLab's: it appends text to an output that the other's run has just taken away; what
        # is shown in the end is compared below
        peers.by_name(name).expect_trouble("(?s)reading 'text'.*appendStreamOutput")
    wait_for_kernels(pages)
    pages[0].insert_code_cell("console.log('printed'); 'run by ' + Math.random()")
    wait_until(lambda: "printed" in pages[1].sources[-1], message="the cell")
    # where nobody has the code in an editor any more, indices are equal
    at_once(*((page, "select(3); run('notebook:run-cell')") for page in pages))

    def outputs(page: JupyterPage) -> list[str]:
        return [str(output) for output in page.notebook["cells"][3]["outputs"]]

    wait_until(lambda: any("run by" in output for output in outputs(pages[0])), message="an output")
    wait_for_kernels(pages)
    wait_until(
        lambda: (
            outputs(pages[0]) == outputs(pages[1])
            and sum("run by" in output for output in outputs(pages[0])) == 1
            and sum("printed" in output for output in outputs(pages[0])) <= 1
            and all(page.outputs.count("run by") == 1 for page in pages)
        ),
        message=f"one set of outputs; there is {outputs(pages[0])} and {outputs(pages[1])}",
    )
    assert pages[0].outputs == pages[1].outputs


@pytest.mark.gate
def test_who_trusts_a_notebook_takes_no_outputs_away(peers: Peers, site_url: str) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace")
    ada, grace = pages
    wait_for_kernels(pages)
    ada.insert_code_cell("console.log('printed'); 'run by Ada'")
    wait_until(lambda: "printed" in grace.sources[-1], message="the cell")
    ada.run_cell()
    grace.wait_outputs("run by Ada")
    # the command ends once the question is answered
    grace.page.evaluate("() => void jupyterapp.commands.execute('notebook:trust')")
    grace.page.get_by_role("dialog").get_by_role("button", name="Confirm Trusting").click()
    grace.page.wait_for_function(
        """() => jupyterapp.shell.currentWidget.content.widgets
            .filter(cell => cell.model.type === 'code').every(cell => cell.model.trusted)"""
    )
    # what has arrived after it arrived with it
    grace.type_at_end(" /* trusted */")
    ada.wait_content("/* trusted */")
    for page in pages:
        assert "printed" in page.outputs
        assert "run by Ada" in page.outputs
        page.save()
        assert page.drive_text(NOTEBOOK).count("run by Ada") == 2  # the source and the output
    assert ada.notebook == grace.notebook


def test_a_notebook_that_is_emptied_has_one_empty_cell(peers: Peers, site_url: str) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace", "Joan")
    empty = "run('notebook:select-all'); run('notebook:delete-cell')"
    at_once((pages[0], empty), (pages[1], empty))
    wait_for(pages, "")
    # as the last cell's deletion by a program, which leaves it to each page to add one
    pages[2].page.evaluate(
        "() => jupyterapp.shell.currentWidget.context.model.sharedModel.deleteCell(0)"
    )
    wait_until(lambda: all(page.sources == [""] for page in pages), message="one empty cell")
    pages[0].type_at_end("'alive'")
    wait_for(pages, "'alive'")


def test_undo_undoes_ones_own_edits_only(peers: Peers, site_url: str) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace")
    ada, grace = pages
    for command in ("notebook:undo-cell-action", "editmenu:undo"):
        ada.execute(command)
    wait_for(pages, MARKDOWN, CODE, END)  # there is nothing to undo
    ada.page.evaluate(
        """() => {
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.deselectAll();
            notebook.activeCellIndex = 1;
            jupyterapp.commands.execute('notebook:move-cell-down');
        }"""
    )
    wait_until(lambda: grace.sources == [MARKDOWN, END, CODE], message="the move")
    grace.type_at_end(" // Grace")
    wait_for(pages, MARKDOWN, f"{CODE} // Grace", END)
    ada.execute("notebook:undo-cell-action")
    wait_until(
        lambda: all(page.sources == [MARKDOWN, f"{CODE} // Grace", END] for page in pages),
        message="the move undone, and Grace's text in its place",
    )


def test_a_checkpoint_that_two_people_restore_at_once_is_restored_once(
    peers: Peers, site_url: str
) -> None:
    pages = open_together(peers, site_url, "Ada", "Grace")
    for page in pages:
        page.execute("docmanager:save")  # makes the first checkpoint
        page.save()
    pages[0].type_at_end(" // more")
    wait_for(pages, MARKDOWN, f"{CODE} // more", END)
    for page in pages:
        page.wait_saved(NOTEBOOK, "// more")
        page.page.evaluate(
            """async () => {
                const { context } = jupyterapp.shell.currentWidget;
                const [checkpoint] = await context.listCheckpoints();
                window.checkpoint = checkpoint.id;
            }"""
        )
    at_once(
        *(
            (
                page,
                """const { context } = jupyterapp.shell.currentWidget;
                void context.restoreCheckpoint(window.checkpoint)
                    .then(() => context.revert());""",
            )
            for page in pages
        )
    )
    wait_for(pages, MARKDOWN, CODE, END)
