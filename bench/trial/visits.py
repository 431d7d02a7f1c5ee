"""What the load test and the clock of pages ask the site for."""

MANAGER = "manager@demo.example"
LISTS = ("achievements", "needs", "companies", "experts", "equipment", "services")
FACETS = ("fields=materials", "language=zh", "fields=optics&language=en", "region=CN-SN")
QUERIES = (
    "laser diode", "corrosion", "wound dressing", "sensor network", "battery recycling",
    "radar antenna", "water treatment", "machine learning", "ceramic seal", "vaccine",
    "激光", "锂电池回收", "传感器", "水处理", "机器学习", "图像处理", "soil quality", "fuel cell",
    "additive manufacturing", "data fusion", "flight control", "optical fiber", "rare earth",
)  # fmt: skip
