"""What accountants and managers read, all of it out of the journal."""

from billing.reports.entries import JournalRow, list_of_order, list_of_period
from billing.reports.errors import PeriodError
from billing.reports.figures import AGES, Age, Debt, MonthRevenue, ages_of, list_debts, revenue_by_month
from billing.reports.paper import set_reconciliation
from billing.reports.periods import Period, closed_month, closed_months, month_of, today_of
from billing.reports.reconciliation import (
    Customer,
    Move,
    Reconciliation,
    find_customer,
    list_customers,
    reconcile,
)
from billing.reports.sheets import Sheet, to_csv, to_xlsx
from billing.reports.tax import Advance, RateTotal, Sale, TaxRegister, tax_register

__all__ = [
    "AGES",
    "Advance",
    "Age",
    "Customer",
    "Debt",
    "JournalRow",
    "MonthRevenue",
    "Move",
    "Period",
    "PeriodError",
    "RateTotal",
    "Reconciliation",
    "Sale",
    "Sheet",
    "TaxRegister",
    "ages_of",
    "closed_month",
    "closed_months",
    "find_customer",
    "list_customers",
    "list_debts",
    "list_of_order",
    "list_of_period",
    "month_of",
    "reconcile",
    "revenue_by_month",
    "set_reconciliation",
    "tax_register",
    "to_csv",
    "to_xlsx",
    "today_of",
]
