"""Which starts can be booked, and why others can't: pure rules that know no database and no clock."""
