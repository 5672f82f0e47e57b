"""Branches of a classification: what of a large register belongs to health and care.

Which and why is decision 33. `--all` reads everything.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from loaders.problems import Problem
from loaders.records import NodeRecord, Record, RelationshipRecord

ISCO = (
    "1341",  # child care services managers
    "1342",  # health services managers
    "1343",  # aged care services managers
    "1344",  # social welfare managers
    "2131.8",  # biomedical scientist, an occupation of ESCO
    "221",  # medical doctors
    "222",  # nursing and midwifery professionals
    "223",  # traditional and complementary medicine professionals
    "224",  # paramedical practitioners
    "226",  # other health professionals
    "2634",  # psychologists
    "2635",  # social work and counselling professionals
    "321",  # medical and pharmaceutical technicians
    "322",  # nursing and midwifery associate professionals
    "323",  # traditional and complementary medicine associate professionals
    "325",  # other health associate professionals
    "3344",  # medical secretaries
    "3412",  # social work associate professionals
    "53",  # personal care workers
)
SOC_2020 = (
    "117",  # health and social services managers and directors
    "123",  # managers and proprietors in health and care services
    "221",  # medical practitioners
    "222",  # therapy professionals
    "223",  # nursing professionals
    "225",  # other health professionals
    "2113",  # biochemists and biomedical scientists
    "2461",  # social workers
    "2464",  # youth work professionals
    "2469",  # other welfare professionals
    "321",  # health associate professionals
    "322",  # welfare and housing associate professionals
    "4211",  # medical secretaries
    "611",  # teaching and childcare support occupations
    "613",  # caring personal services
)
O_NET = (
    "11-9111",  # medical and health services managers
    "11-9151",  # social and community service managers
    "19-3033",  # clinical and counseling psychologists
    "19-3039",  # other psychologists, neuropsychologists among them
    "21-1",  # counselors, social workers, other community and social service specialists
    "29-",  # healthcare practitioners and technical occupations
    "31-",  # healthcare support occupations
    "39-9011",  # childcare workers
    "43-6013",  # medical secretaries and administrative assistants
    "53-3011",  # ambulance drivers and attendants
)
O_NET_LEFT_OUT = (
    "29-1131",  # veterinarians
    "29-2056",  # veterinary technologists and technicians
    "31-9096",  # veterinary assistants and laboratory animal caretakers
)


def is_below(code: str, branches: Collection[str]) -> bool:
    """Whether a code stands in a branch."""
    return code.startswith(tuple(branches))


def is_on_the_way(code: str, branches: Collection[str]) -> bool:
    """Whether a code stands in a branch or above one."""
    return is_below(code, branches) or any(branch.startswith(code) for branch in branches)


def part(
    records: Callable[[], Iterable[Record]],
    again: Iterable[Record],
    is_wanted: Callable[[NodeRecord], bool],
    needs: Collection[str],
) -> Iterator[Record]:
    """Of records that are read twice, what is wanted and all that it needs, step by step.

    `needs` are the relationship types that are followed from start to end; others are kept where
    both of their ends are. The first reading has the nodes of a type before what starts there.
    """
    chosen: set[str] = set()
    types: set[str] = {"Source"}
    ends: dict[str, list[str]] = defaultdict(list)
    for record in records():
        if isinstance(record, NodeRecord):
            if record.type == "Source" or is_wanted(record):
                types.add(record.type)
                chosen.add(record.id)
        elif (
            isinstance(record, RelationshipRecord)
            and record.type in needs
            # What starts from a type that is chosen from is needed where the start is chosen.
            and (record.start in chosen or record.start.partition(":")[0] not in types)
        ):
            ends[record.start].append(record.end)
    last = list(chosen)
    while last:
        last = list({end for start in last for end in ends[start]} - chosen)
        chosen.update(last)
    for record in again:
        if isinstance(record, RelationshipRecord):
            ids = (record.start, record.end)
        else:
            ids = (record.id if isinstance(record, NodeRecord) else record.owner,)
        if chosen.issuperset(ids):
            yield record


def unheard(_problem: Problem) -> None:
    """Takes the problems of a first reading: the second has them too."""
