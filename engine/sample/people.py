"""The people of a generated company: enrolment, countries, names, status, customers."""

from array import array
from dataclasses import dataclass
from datetime import date
from math import isqrt

from engine.sample.chance import Column, below, stream
from engine.sample.names import COUNTRIES
from engine.sample.tables import TableWriter
from engine.sample.trees import NOBODY, Trees

ACTIVE, SUSPENDED, TERMINATED = 0, 1, 2
STATUS = ("active", "suspended", "terminated")

# The company enrolled its first member this many days before the sample's last day: eight years.
COMPANY_DAYS = 2922
# Of 1024 members who enrolled more than a season ago, this many have been terminated or are suspended.
TERMINATED_OF_1024, SUSPENDED_OF_1024, SEASON_DAYS = 44, 6, 90
# Of 256 recruits, this many live in their sponsor's country; the others are drawn by market share.
SAME_COUNTRY_OF_256 = 180
# How many customers a member has: one entry for each sixteenth of the members.
CUSTOMERS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 5)
ROOT_NAME = "Aurora Vale"


@dataclass(frozen=True, slots=True)
class People:
    """Columns by member number: day enrolled (ordinal), status, number of the country, number of the name.

    `customers` counts each member's customers; `since` is the day each customer came, in the order of the
    members they belong to.
    """

    enrolled: Column
    status: bytearray
    country: bytearray
    name: Column
    customers: bytearray
    since: Column
    member_format: str
    customer_format: str

    def member_id(self, member: int) -> str:
        """The public id of a member by number."""
        return self.member_format % (member + 1)

    def full_name(self, member: int) -> str:
        """The member's name; the first member has the same in every company."""
        return COUNTRIES[self.country[member]].name(self.name[member]) if member else ROOT_NAME


def gather(trees: Trees, seed: int, end: date) -> People:
    """The people behind the members of the trees; the last one enrolled on the day before `end`."""
    members = len(trees.sponsor)
    country, name = _names(trees, seed)
    enrolled = _enrolled(members, end)
    customers, since = _customers(enrolled, seed, end)
    return People(
        enrolled,
        _statuses(trees, enrolled, seed, end),
        country,
        name,
        customers,
        since,
        f"M%0{max(4, len(str(members)))}d",
        f"C%0{max(4, len(str(len(since))))}d",
    )


def _enrolled(members: int, end: date) -> Column:
    # Membership grows with the square of time: few at first, most in the last years.
    last = end.toordinal() - 1
    first = last - COMPANY_DAYS
    span = max(members - 1, 1)
    return array(
        "i", (first + isqrt(member * COMPANY_DAYS * COMPANY_DAYS // span) for member in range(members))
    )


def _names(trees: Trees, seed: int) -> tuple[bytearray, Column]:
    bits = stream(seed, "names")
    market = bytes(number for number, country in enumerate(COUNTRIES) for _ in range(country.share))
    counts = [country.name_count for country in COUNTRIES]
    countries = bytearray(len(trees.sponsor))
    names = array("i", bytes(4 * len(trees.sponsor)))
    for member, sponsor in enumerate(trees.sponsor):
        owner = trees.owner[member]
        if owner != member:
            countries[member], names[member] = countries[owner], names[owner]
            continue
        near = bits(8) < SAME_COUNTRY_OF_256 and sponsor != NOBODY
        where = countries[sponsor] if near else market[bits(32) * 1000 >> 32]
        countries[member] = where if member else 0
        names[member] = bits(32) * counts[countries[member]] >> 32
    return countries, names


def _statuses(trees: Trees, enrolled: Column, seed: int, end: date) -> bytearray:
    bits = stream(seed, "statuses")
    settled = end.toordinal() - SEASON_DAYS
    statuses = bytearray(len(enrolled))
    for member in range(1, len(enrolled)):
        if enrolled[member] >= settled:
            break
        owner = trees.owner[member]
        if owner != member:
            # A person is terminated with all positions.
            statuses[member] = statuses[owner]
            continue
        draw = bits(10)
        if draw < TERMINATED_OF_1024:
            statuses[member] = TERMINATED
        elif draw < TERMINATED_OF_1024 + SUSPENDED_OF_1024:
            statuses[member] = SUSPENDED
    return statuses


def _customers(enrolled: Column, seed: int, end: date) -> tuple[bytearray, Column]:
    bits = stream(seed, "customers")
    counts = bytearray(len(enrolled))
    since = array("i")
    last = end.toordinal()
    for member, day in enumerate(enrolled):
        count = CUSTOMERS[bits(4)]
        counts[member] = count
        for _ in range(count):
            since.append(day + below(bits, last - day))
    return counts, since


def write_members(table: TableWriter, trees: Trees, people: People) -> None:
    """Write the members in order of enrolment."""
    days = Days()
    placed = bool(trees.placement)
    public = people.member_format
    for member, sponsor in enumerate(trees.sponsor):
        sponsor_id = "" if sponsor == NOBODY else public % (sponsor + 1)
        placement_id = leg = ""
        if placed and trees.placement[member] != NOBODY:
            placement_id = public % (trees.placement[member] + 1)
            leg = "LR"[trees.leg[member]]
        table.add(
            f"{public % (member + 1)},{people.full_name(member)},{sponsor_id},{placement_id},{leg},"
            f"{days[people.enrolled[member]]},{STATUS[people.status[member]]},"
            f"{COUNTRIES[people.country[member]].code},{public % (trees.owner[member] + 1)}\n"
        )
    table.flush()


def write_customers(table: TableWriter, people: People, seed: int) -> None:
    """Write the customers, with names from the country of the member they buy from."""
    bits = stream(seed, "customer names")
    days = Days()
    customer = 0
    for member, count in enumerate(people.customers):
        country = COUNTRIES[people.country[member]]
        for _ in range(count):
            name = country.name(below(bits, country.name_count))
            day = days[people.since[customer]]
            customer += 1
            table.add(f"{people.customer_format % customer},{name},{people.member_id(member)},{day}\n")
    table.flush()


class Days(dict[int, str]):
    """The ISO text of each day by its ordinal, made once."""

    def __missing__(self, ordinal: int) -> str:
        text = self[ordinal] = date.fromordinal(ordinal).isoformat()
        return text
