"""Working hours, what takes a specialist's time, and the starts that can be booked."""

from services.scheduling.choosing import Claim
from services.scheduling.claims import Taken, claim, confirm, exchange, extend, release, reserve
from services.scheduling.commands import (
    add_specialist,
    approve_absence,
    ask_absence,
    clear_own_date,
    edit_specialist,
    remove_absence,
    save_holidays,
    set_hours,
    set_own_date,
)
from services.scheduling.desk import (
    close_desk_time,
    get_closure,
    lift_closure,
    set_desk_reserve,
    write_desk_demand,
)
from services.scheduling.desk_judging import project_desk
from services.scheduling.desk_projection import DeskWork
from services.scheduling.errors import (
    ClosureNotFoundError,
    DeskError,
    HoldLapsedError,
    HoursError,
    SlotNotOfferedError,
    SlotTakenError,
    SpecialistNotFoundError,
)
from services.scheduling.explanation import Explanation, Reason
from services.scheduling.queries import (
    explain_day,
    explain_start,
    find_hours,
    find_specialist_of,
    get_specialist,
    list_absences,
    list_hours,
    list_own_dates,
    list_slots,
    list_specialists,
    nearest,
)
from services.scheduling.rules import rules_from_json, rules_of, rules_to_json
from services.scheduling.slots import ServiceRules, Slot

__all__ = [
    "Claim",
    "ClosureNotFoundError",
    "DeskError",
    "DeskWork",
    "Explanation",
    "HoldLapsedError",
    "HoursError",
    "Reason",
    "ServiceRules",
    "Slot",
    "SlotNotOfferedError",
    "SlotTakenError",
    "SpecialistNotFoundError",
    "Taken",
    "add_specialist",
    "approve_absence",
    "ask_absence",
    "claim",
    "clear_own_date",
    "close_desk_time",
    "confirm",
    "edit_specialist",
    "exchange",
    "explain_day",
    "explain_start",
    "extend",
    "find_hours",
    "find_specialist_of",
    "get_closure",
    "get_specialist",
    "lift_closure",
    "list_absences",
    "list_hours",
    "list_own_dates",
    "list_slots",
    "list_specialists",
    "nearest",
    "project_desk",
    "release",
    "remove_absence",
    "reserve",
    "rules_from_json",
    "rules_of",
    "rules_to_json",
    "save_holidays",
    "set_desk_reserve",
    "set_hours",
    "set_own_date",
    "write_desk_demand",
]
