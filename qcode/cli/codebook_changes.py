"""Commands for what changes in a codebook: differences, releases, proposals, and what is to be looked at again."""

from __future__ import annotations

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import csv_options, not_empty
from qcode.cli.show import deliver, say, table

__all__ = ["COMMANDS", "decide", "diff", "owner", "proposals", "propose", "recheck", "release", "releases"]


@click.command("diff")
@click.argument("first", metavar="FILE|RELEASE")
@click.argument("second", metavar="[FILE|RELEASE]", required=False)
@csv_options
@pass_call
def diff(call: Call, first: str, second: str | None, csv: str | None, force: bool, raw: bool) -> None:
    """List what differs between two codebooks, field by field.

    With a file alone: what importing it would change, and what it would leave. With a release alone: what
    was changed since. With two: what makes the second of the first.

    Example: qcode codebook diff my-codebook.toml
    """
    from qcode.services.codebooks import diff as compare
    from qcode.services.releases import diff_table

    with call.study() as study:
        found = compare(study, first, second)
        if found:
            deliver(call, diff_table(found), csv, force=force, raw=raw)
        else:
            say("There is no difference.")


@click.command("release")
@click.argument("name")
@click.option("--note", default="", metavar="TEXT", help="What this release is for.")
@pass_call
def release(call: Call, name: str, note: str) -> None:
    """Give the codebook as it is now a name that lasts.

    A release can be compared with (`diff`) and written to a file (`export --release`) at any time.

    Example: qcode codebook release pilot --note "Before the second round of interviews"
    """
    from qcode.services.releases import release as name_version

    with call.study() as study:
        version = name_version(study, name, note)
    say(f"Released version {version} as {name}.")


@click.command("releases")
@pass_call
def releases(call: Call) -> None:
    """List the releases of the codebook.

    Example: qcode codebook releases
    """
    from qcode.services.releases import release_table

    with call.study() as study:
        listed = release_table(study)
    if listed.rows:
        table(listed)
    else:
        say("There is no release yet. Make one with `qcode codebook release NAME`.")


@click.command("owner")
@click.argument("name", required=False)
@pass_call
def owner(call: Call, name: str | None) -> None:
    """Say who owns the codebook, or hand it on to another coder.

    The owner imports, releases and decides on proposals. At first it is who imported the codebook first.

    Example: qcode codebook owner bo
    """
    from qcode.services.codebooks import owner as holder
    from qcode.services.proposals import hand_on

    with call.study() as study:
        if name is not None:
            say(f"The codebook is {hand_on(study, name).name}'s now.")
            return
        found = holder(study)
        say(f"The codebook is {found.name}'s." if found else "The study has no codebook yet.")


@click.command("propose")
@click.argument("code")
@click.option(
    "--set", "settings", multiple=True, required=True, metavar="FIELD=VALUE",
    help="A field of the code, as definition=..., name.zh=..., examples=...; may be given several times.",
)  # fmt: skip
@click.option("--add", is_flag=True, help="Propose a new code.")
@click.option("--note", default="", metavar="TEXT", help="Why.")
@pass_call
def propose(call: Call, code: str, settings: tuple[str, ...], add: bool, note: str) -> None:
    """Propose to the codebook's owner to change a code, or to add one.

    Fields: brief, definition, when_to_use, when_not_to_use, examples, counterexamples, aliases, parent,
    colour, hotkey, defines, exclusive, absence, name.LANGUAGE, indicators.LANGUAGE. A list takes several
    values, each with a --set of its own; they replace what is there. An empty value empties the field.

    Example: qcode codebook propose trust --set "when_not_to_use=Trust in a product."
    """
    from qcode.services.proposals import propose as put_forward

    with call.study() as study:
        uid = put_forward(study, code, settings, add=add, note=note)
    say(f"Proposed; the id is {uid[-8:]}.")


@click.command("proposals")
@click.option("--all", "every", is_flag=True, help="Also those that were decided.")
@pass_call
def proposals(call: Call, every: bool) -> None:
    """List the open proposals to change the codebook.

    Example: qcode codebook proposals
    """
    from qcode.services.proposals import proposal_table

    with call.study() as study:
        listed = proposal_table(study, every=every)
    if listed.rows:
        table(listed)
    else:
        say("There are no proposals." if every else "There are no open proposals.")


@click.command("decide")
@click.argument("proposal_id", metavar="ID")
@click.argument("decision", type=click.Choice(["accept", "refuse"]))
@click.option("--reason", default="", metavar="TEXT", help="Why; it is kept with the proposal.")
@pass_call
def decide(call: Call, proposal_id: str, decision: str, reason: str) -> None:
    """Accept or refuse a proposal to change the codebook.

    Only the codebook's owner can; accepting changes the codebook. `qcode codebook proposals` lists the ids.

    Example: qcode codebook decide 5f0c91d2 accept
    """
    from qcode.services.proposals import decide as settle

    with call.study() as study:
        decided = settle(study, proposal_id, accept=decision == "accept", reason=reason)
    say(f"{'Accepted' if decided.accepted else 'Refused'} the proposal on {decided.code}.")


@click.command("recheck")
@click.option("--done", "transcript", metavar="TRANSCRIPT", help="Note that you looked again there.")
@click.option("--dimension", "dimensions", multiple=True, metavar="CODE", help="With --done: only this dimension.")
@click.option(
    "--codes",
    multiple=True,
    metavar="CODE",
    callback=not_empty,
    help="With --done: only this code; may be given several times.",
)
@csv_options
@pass_call
def recheck(
    call: Call,
    transcript: str | None,
    *,
    dimensions: tuple[str, ...],
    codes: tuple[str, ...],
    csv: str | None,
    force: bool,
    raw: bool,
) -> None:
    """List what was completed before the codebook changed in what it means.

    A changed definition, a new code, a code split off from another or moved to another dimension has to be
    looked for again in transcripts whose dimension was complete. Until then tables and agreement do not
    count the transcript as completed for that code.

    Example: qcode codebook recheck --done 001 --codes trust
    """
    from qcode.services.releases import recheck as to_recheck
    from qcode.services.releases import recheck_table, rechecked

    if (dimensions or codes) and transcript is None:
        raise click.UsageError(f"{'--dimension' if dimensions else '--codes'} goes with --done TRANSCRIPT.")
    with call.study() as study:
        if transcript is not None:
            source = study.source(transcript)
            count = rechecked(study, source, dimensions, codes=codes)
            what = "1 code" if count == 1 else f"{count} codes"
            say(f"Rechecked {what} in {source.name}." if count else "Nothing of yours is to be rechecked there.")
            return
        found = to_recheck(study)
        if found:
            deliver(call, recheck_table(found), csv, force=force, raw=raw)
        else:
            say("Nothing is to be rechecked.")


COMMANDS: tuple[click.Command, ...] = (
    diff, release, releases, recheck, propose, proposals, decide, owner
)  # fmt: skip
