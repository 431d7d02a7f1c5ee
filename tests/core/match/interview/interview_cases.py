"""Two complete interviews, as the tests begin with them."""

from typing import Any

ENGLISH: dict[str, Any] = {
    "title": "Early detection of cracks in bridge cables",
    "problem": "Twice a year a cable is closed for inspection, at 80,000 a day.",
    "place": "Road bridges, outdoors, salt air",
    "today": "Two climbers look at each cable by eye.",
    "shortfall": "Cracks under 0.5 mm stay unseen.",
    "outcome": "Find cracks in cables in service without closing the bridge.",
    "figures": [
        {
            "what": "the smallest crack found",
            "comparison": "at_most",
            "value": "0.1",
            "unit": "mm",
            "condition": "dry cable; 5 °C to 35 °C",
            "test": "Blind test. 20 prepared cables",
        },
        {
            "what": "The system works without a power line",
            "comparison": "has",
            "test": "site visit",
        },
    ],
    "readiness": "5",
    "budget": "£50k",
    "deadline": "2027-03-31",
    "terms": ["licence", "joint_development"],
    "export": "none",
    "proof": "Three months on one bridge: all prepared cracks reported.",
}
CHINESE: dict[str, Any] = {
    "title": "桥梁缆索裂纹早期检测",
    "problem": "每年两次封闭检测缆索，每天损失8万元。",
    "place": "户外斜拉索公路桥",
    "today": "人工攀检。",
    "shortfall": "0.5毫米以下裂纹看不出来。",
    "outcome": "在不封桥的情况下发现在役缆索裂纹",
    "figures": [
        {
            "what": "可检出的最小裂纹",
            "comparison": "at_most",
            "value": "0.1",
            "unit": "毫米",
            "condition": "干燥缆索；5℃至35℃",
            "test": "20根预制缆索盲测",
        },
        {"what": "系统无需外接电源", "comparison": "has", "test": "现场查看"},
    ],
    "readiness": "5级",
    "budget": "30万元",
    "deadline": "2027-06-30",
    "terms": ["licence"],
    "export": "无",
    "proof": "一座桥运行三个月，预置裂纹全部报出。",
}
CASES: dict[str, dict[str, Any]] = {"en": ENGLISH, "zh": CHINESE}


def with_row(language: str = "en", **row: str) -> dict[str, Any]:
    """A complete interview whose only figure is this row."""
    return {**CASES[language], "figures": [row]}
