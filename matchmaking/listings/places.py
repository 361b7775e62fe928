"""Places as cards show them: a cluster, or the next coarser place that holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaking.core.localized import localized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import Cluster

# GB/T 2260: the first digit of a division code names the region, the first two the province.
REGIONS = {
    "1": ("华北", "North China"),
    "2": ("东北", "Northeast China"),
    "3": ("华东", "East China"),
    "4": ("中南", "Central and South China"),
    "5": ("西南", "Southwest China"),
    "6": ("西北", "Northwest China"),
    "7": ("台湾", "Taiwan"),
    "8": ("港澳", "Hong Kong and Macao"),
}
PROVINCES = {
    "11": ("北京", "Beijing"),
    "12": ("天津", "Tianjin"),
    "13": ("河北", "Hebei"),
    "14": ("山西", "Shanxi"),
    "15": ("内蒙古", "Inner Mongolia"),
    "21": ("辽宁", "Liaoning"),
    "22": ("吉林", "Jilin"),
    "23": ("黑龙江", "Heilongjiang"),
    "31": ("上海", "Shanghai"),
    "32": ("江苏", "Jiangsu"),
    "33": ("浙江", "Zhejiang"),
    "34": ("安徽", "Anhui"),
    "35": ("福建", "Fujian"),
    "36": ("江西", "Jiangxi"),
    "37": ("山东", "Shandong"),
    "41": ("河南", "Henan"),
    "42": ("湖北", "Hubei"),
    "43": ("湖南", "Hunan"),
    "44": ("广东", "Guangdong"),
    "45": ("广西", "Guangxi"),
    "46": ("海南", "Hainan"),
    "50": ("重庆", "Chongqing"),
    "51": ("四川", "Sichuan"),
    "52": ("贵州", "Guizhou"),
    "53": ("云南", "Yunnan"),
    "54": ("西藏", "Tibet"),
    "61": ("陕西", "Shaanxi"),
    "62": ("甘肃", "Gansu"),
    "63": ("青海", "Qinghai"),
    "64": ("宁夏", "Ningxia"),
    "65": ("新疆", "Xinjiang"),
    "71": ("台湾", "Taiwan"),
    "81": ("香港", "Hong Kong"),
    "82": ("澳门", "Macao"),
}
PREFECTURE, PROVINCE, REGION = 4, 2, 1  # digits of a division code


@dataclass(frozen=True, slots=True)
class Place:
    """A division of the country by its code: six digits, or one for a region."""

    code: str
    name_zh: str
    name_en: str

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)


def of_cluster(cluster: Cluster) -> Place:
    return Place(cluster.code, cluster.name_zh, cluster.name_en)


def ladder(code: str, prefectures: Mapping[str, Place], here: Place | None) -> list[Place | None]:
    """Return a cluster and what holds it, from the nearest to the coarsest, None at the end.

    County, prefecture, province, region: a prefecture that is no cluster has no name here, so
    its province stands in.
    """
    if here is None:
        return [None] * 5
    province = _named(PROVINCES, code[:PROVINCE], "0000")
    prefecture = prefectures.get(f"{code[:PREFECTURE]}00", province)
    return [here, prefecture, province, _named(REGIONS, code[:REGION], ""), None]


def _named(names: Mapping[str, tuple[str, str]], digits: str, zeros: str) -> Place | None:
    found = names.get(digits)
    return Place(f"{digits}{zeros}", *found) if found else None
