"""Units as texts write them: what each measures, and its factor to the base unit of that."""

from collections.abc import Mapping

_PREFIXES = {"n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9}


def _scale(dimension: str, symbols: str, prefixes: str) -> dict[str, tuple[str, float]]:
    plain = dict.fromkeys(symbols.split(), (dimension, 1.0))
    scaled = {
        prefix + symbol: (dimension, _PREFIXES[prefix])
        for symbol in symbols.split()
        for prefix in prefixes
    }
    return plain | scaled


def _list(dimension: str, names: str) -> dict[str, tuple[str, float]]:
    """Names with their factors, as in "cm=0.01 m=1"; "_" stands for a blank."""
    parts = [each.rpartition("=") for each in names.split()]
    return {name.replace("_", " "): (dimension, float(factor)) for name, _is, factor in parts}


UNITS: Mapping[str, tuple[str, float]] = {
    **_scale("power", "W", "mkMGuµμn"),
    **_list("power", "watt=1 watts=1 kilowatt=1e3 kilowatts=1e3 megawatts=1e6 瓦=1 千瓦=1e3"),
    **_scale("voltage", "V", "mkM"),
    **_list("voltage", "volt=1 volts=1 伏=1 千伏=1e3"),
    **_scale("current", "A", "mkuµμ"),
    **_list("current", "amps=1 amperes=1 安=1"),
    **_scale("frequency", "Hz", "kMG"),
    **_scale("energy", "J", "mkM"),
    **_scale("energy", "Wh", ""),
    **_list("charge", "Wh=3600 kWh=3.6e6 MWh=3.6e9"),
    **_list("specific charge", "Wh/kg=1 kWh/kg=1e3 瓦时/千克=1 瓦时/公斤=1"),
    **_list("charge density", "Wh/L=1 Wh/l=1 kWh/L=1e3 瓦时/升=1"),
    **_scale("pressure", "Pa", "kMG"),
    **_list("pressure", "psi=6894.76 bar=1e5 兆帕=1e6"),
    **_list("force", "kN=1e3 MN=1e6 千牛=1e3"),
    **_list("torque", "Nm=1 N·m=1 kNm=1e3 kN·m=1e3"),
    **_list("rotation", "rpm=1 RPM=1 r/min=1 转/分=1 转/分钟=1"),
    **_scale("length", "m", "nuµμmk"),
    **_list("length", "cm=0.01 inch=0.0254 inches=0.0254 feet=0.3048 ft=0.3048 meter=1"),
    **_list("length", "meters=1 metres=1 micron=1e-6 microns=1e-6 km=1e3 miles=1609.34"),
    **_list("length", "米=1 毫米=1e-3 厘米=0.01 微米=1e-6 纳米=1e-9 公里=1e3"),
    **_list("area", "mm2=1e-6 mm²=1e-6 cm2=1e-4 cm²=1e-4 m2=1 m²=1 km2=1e6 km²=1e6"),
    **_list("area", "平方毫米=1e-6 平方厘米=1e-4 平方米=1 平方公里=1e6"),
    **_list("volume", "mL=1e-3 ml=1e-3 L=1 litre=1 litres=1 liter=1 liters=1 毫升=1e-3 升=1"),
    **_list("volume", "cm3=1e-3 cm³=1e-3 m3=1e3 m³=1e3 立方厘米=1e-3 立方米=1e3"),
    **_list("mass", "g=1 kg=1e3 mg=1e-3 lb=453.592 lbs=453.592 pound=453.592"),
    **_list("mass", "pounds=453.592 ounces=28.3495 oz=28.3495 grams=1 kilograms=1e3"),
    **_list("mass", "克=1 千克=1e3 公斤=1e3 吨=1e6"),
    **_list("concentration", "µg/L=1e-3 μg/L=1e-3 ug/L=1e-3 mg/L=1 mg/l=1 g/L=1e3 g/l=1e3"),
    **_list("concentration", "mg/m3=1e-3 mg/m³=1e-3 kg/m3=1e3 kg/m³=1e3"),
    **_list("concentration", "微克/升=1e-3 毫克/升=1 克/升=1e3 毫克/立方米=1e-3"),
    **_list("time", "ms=1e-3 s=1 sec=1 second=1 seconds=1 minute=60 minutes=60 min=60"),
    **_list("time", "hour=3600 hours=3600 hrs=3600 hr=3600 h=3600 day=86400 days=86400"),
    **_list("time", "week=604800 weeks=604800 milliseconds=1e-3 microseconds=1e-6"),
    **_list("time", "month=2629800 months=2629800 year=31557600 years=31557600"),
    **_list("time", "秒=1 毫秒=1e-3 分钟=60 小时=3600 天=86400 周=604800 个月=2629800 年=31557600"),
    **_list("speed", "mm/s=1e-3 m/s=1 m/min=0.0166667 km/h=0.277778 mph=0.44704 knots=0.514444"),
    **_list("speed", "米/秒=1 公里/小时=0.277778"),
    **_list("flow", "mL/min=6e-5 ml/min=6e-5 L/min=0.06 l/min=0.06 L/s=3.6 m3/h=1 m³/h=1"),
    **_list(
        "flow", "mL/h=1e-6 ml/h=1e-6 L/h=1e-3 l/h=1e-3 m3/min=60 m³/min=60 m3/s=3600 m³/s=3600"
    ),
    **_list(
        "flow", "毫升/小时=1e-6 毫升/分=6e-5 毫升/分钟=6e-5 升/小时=1e-3 升/分=0.06 升/分钟=0.06"
    ),
    **_list("flow", "升/秒=3.6 立方米/分钟=60 立方米/秒=3600"),
    **_list("flow", "m3/d=0.0416667 m³/d=0.0416667 立方米/小时=1 立方米/天=0.0416667"),
    **_list("decibel", "dB=1 dBi=1 dBm=1"),
    **_list("bitrate", "bps=1 kbps=1e3 Mbps=1e6 Gbps=1e9"),
    **_list("share", "%=1 percent=1 per_cent=1 ％=1"),
    **_list("temperature", "°C=1 ℃=1"),
}
"""By name; a month is a twelfth of a year of 365.25 days."""

TELLING = frozenset({
    "power", "voltage", "current", "frequency", "energy", "charge", "specific charge",
    "charge density", "pressure", "torque", "rotation",
})  # fmt: skip
"""Where a text has one figure of these, it is clear what it measures."""


def find_unit(written: str) -> tuple[str, float] | None:
    """The unit as written, else its lower-case form where that is a word ("Watts")."""
    found = UNITS.get(written)
    return found or (UNITS.get(written.lower()) if len(written) > 3 else None)
