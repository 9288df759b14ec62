from collections.abc import Callable

# In truth a proxy that behaves as the text it will be; for the types it is that text.
class LazyString(str):
    def __new__(cls, func: Callable[..., str], *args: object, **kwargs: object) -> LazyString: ...
