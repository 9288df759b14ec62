"""What the vendor promises and delivers; knows neither the web nor that anything was paid."""
