"""Shoe names and remarks of made-up merchandisers."""

# category: names in Chinese, in English
PRODUCTS: dict[str, tuple[tuple[str, str], ...]] = {
    "athletic": (
        ("轻量缓震跑鞋", "Lightweight cushioned runner"),
        ("飞织训练鞋", "Knit trainer"),
        ("碳板竞速跑鞋", "Carbon-plate racing shoe"),
        ("网面慢跑鞋", "Mesh jogging shoe"),
        ("室内羽毛球鞋", "Indoor badminton shoe"),
    ),
    "casual_sport": (
        ("复古板鞋", "Retro court sneaker"),
        ("厚底老爹鞋", "Chunky sneaker"),
        ("德训鞋", "German army trainer"),
        ("轻便休闲鞋", "Easy casual shoe"),
    ),
    "skate_vulcanised": (("帆布硫化板鞋", "Vulcanised canvas skate shoe"), ("高帮帆布鞋", "High-top canvas shoe")),
    "football_cleats": (("人造草碎钉足球鞋", "Turf football boot"), ("长钉足球鞋", "Firm-ground football boot")),
    "outdoor_hiking": (("防泼水徒步鞋", "Water-repellent hiking shoe"), ("越野跑山鞋", "Trail running shoe")),
    "women_fashion": (("尖头细跟单鞋", "Pointed stiletto pump"), ("方头玛丽珍", "Square-toe Mary Jane"), ("乐福平底鞋", "Flat loafer")),
    "men_dress": (("三接头德比鞋", "Cap-toe derby"), ("商务正装皮鞋", "Business dress shoe")),
    "boots_leather": (("工装马丁靴", "Work-style leather boot"), ("切尔西短靴", "Chelsea boot")),
    "boots_women": (("过踝弹力袜靴", "Stretch ankle boot"), ("西部长靴", "Western boot")),
    "rain_boots": (("短筒雨靴", "Short rain boot"),),
    "sandals": (("沙滩凉鞋", "Beach sandal"), ("罗马凉鞋", "Gladiator sandal")),
    "slippers": (("家居棉拖", "Warm house slipper"), ("一字运动拖", "Sports slide")),
    "eva_clog": (("洞洞鞋", "EVA clog"),),
    "safety": (("钢包头防砸鞋", "Steel-toe safety shoe"), ("绝缘劳保鞋", "Insulating work shoe")),
    "children": (("儿童魔术贴运动鞋", "Children's hook-and-loop sneaker"), ("学步鞋", "Toddler shoe")),
    "cloth_shoes": (("千层底布鞋", "Cloth shoe"),),
    "upper_only": (("鞋面针车加工", "Upper stitching"),),
}  # fmt: skip
ORDER_NOTES = (
    "料由我方供，楦与模具现成，样品已确认。",
    "可先做首批，翻单另议；请按周报进度。",
    "大底、飞织面指定供应商，开发样已过。",
    "要求每周验货一次，走货前第三方抽检。",
    "",
    "",
)
OFFER_NOTES = (
    "两条成型线，针车外发合作稳定，旺季可加班。",
    "现有楦型可直接开发，打样 15 天。",
    "长期做出口单，检针、拉力、耐折设备齐全。",
    "春节前后按公布周数停工。",
    "",
)
REJECTIONS = (
    "价格明显低于材料成本，请核对单位后重新提交。",
    "标题里写了联系方式，请删除：双方同意对接后才公开联系方式。",
    "交期与双数不符，请说明是否分批走货。",
)
RETURNS = (
    "营业执照照片看不清，请重新填写企业全称和所在区县。",
    "企业类型填的是品牌，简介写的是代工，请改成一致。",
)
SUSPENSION = "年审资料过期，补交后恢复。"
CLAIM = "我是厂办主任，可提供营业执照和授权书。"
SIZE_RUNS = {
    "children": ("EU 26-35", "EU 22-28"),
    "women_fashion": ("EU 35-40",),
    "boots_women": ("EU 35-40",),
}
USUAL_SIZE_RUNS = ("EU 36-45", "EU 39-45", "EU 35-40", "US 7-12")
