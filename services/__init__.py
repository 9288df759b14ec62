"""What the vendor promises and delivers; knows neither the web nor that anything was paid."""

from services.core.zones import use_own_zones

# Here, because whoever reads a zone has imported something of ours before.
use_own_zones()
