"""Words that slots and moods are read by: things, colours, numbers and units, in Chinese and English."""

from __future__ import annotations

_ZH, _EN = "zh", "en"


def _any(words: str) -> str:
    """An alternation of the words, the longest first."""
    return "|".join(sorted(set(words.split()), key=lambda word: (-len(word), word)))


# What is sold: the last word of a product's name, and what may stand before it.
HEADS = (
    _any(
        "运动鞋 跑鞋 高跟鞋 帆布鞋 皮鞋 凉鞋 拖鞋 靴子 鞋子 鞋 外套 羽绒服 大衣 风衣 夹克 卫衣 毛衣 衬衫 衬衣 T恤 短袖 长袖 上衣 内衣 睡衣 泳衣 衣服 裙子 连衣裙 "
        "半身裙 裤子 牛仔裤 短裤 长裤 袜子 帽子 围巾 手套 皮带 手表 手环 戒指 项链 耳环 眼镜 墨镜 书包 背包 双肩包 钱包 手提包 行李箱 包包 手机 手机壳 "
        "保护壳 钢化膜 数据线 充电器 充电宝 耳机 音箱 音响 键盘 鼠标 电脑 平板 显示器 相机 投影仪 路由器 台灯 灯 水壶 电水壶 保温杯 杯子 茶具 锅 电饭煲 "
        "电饭锅 空气炸锅 微波炉 烤箱 榨汁机 吹风机 剃须刀 牙刷 电动牙刷 吸尘器 扫地机 净化器 加湿器 风扇 电视 冰箱 洗衣机 空调 椅子 桌子 沙发 床垫 枕头 被子 "
        "被套 床单 四件套 窗帘 地毯 毛巾 雨伞 玩具 积木 娃娃 奶粉 尿不湿 纸尿裤 婴儿车 面霜 乳液 精华 面膜 口红 粉底 防晒霜 洗面奶 香水 洗发水 沐浴露 牙膏 "
        "洗衣液 纸巾 茶叶 咖啡 零食 坚果 饼干 巧克力 大米 蜂蜜 狗粮 猫粮 猫砂 帐篷 瑜伽垫 自行车 滑板 书 本子 钢笔 花瓶 蜡烛"
    ),
    _any(
        "shoes sneakers trainers boots sandals slippers jacket coat hoodie sweater jumper shirt shirts t-shirt blouse dress skirt "
        "jeans trousers pants shorts socks hat cap scarf gloves belt watch ring necklace earrings glasses sunglasses bag backpack "
        "wallet suitcase phone case charger cable powerbank headphones earphones earbuds headset speaker keyboard mouse laptop "
        "tablet monitor camera projector router lamp kettle mug cup cups bottle flask pan pot cooker fryer microwave oven blender "
        "toaster hairdryer shaver toothbrush vacuum purifier humidifier fan heater tv fridge chair desk table sofa mattress pillow "
        "duvet blanket sheets curtains rug towel towels umbrella toy toys puzzle doll stroller cream lotion serum mask lipstick "
        "foundation sunscreen cleanser perfume shampoo toothpaste detergent tea coffee chocolate honey tent mat bike skateboard "
        "book notebook pen vase candle candles plates plate bowl knife scooter drone printer jar mirror bracelet"
    ),
)
MODIFIERS = (
    _any(
        "黑色 白色 红色 绿色 蓝色 灰色 粉色 紫色 黄色 米色 棕色 纯棉 真皮 羊毛 羊绒 真丝 亚麻 实木 不锈钢 玻璃 陶瓷 塑料 硅胶 防水 无线 蓝牙 有线 智能 电动 便携 "
        "折叠 儿童 婴儿 男士 女士 男款 女款 学生 老人 宠物 户外 家用 车载 迷你 大号 小号 加厚 保暖 夏季 冬季 春秋 降噪 运动 机械 游戏 复古 新款 旧款 高清 快充"
    ),
    _any(
        "black white red green blue grey gray pink purple yellow beige brown navy orange cotton leather wool silk linen wooden steel "
        "glass ceramic plastic silicone waterproof wireless bluetooth smart electric portable folding kids baby men's women's pet "
        "outdoor car mini large small running noise-cancelling gaming mechanical winter summer denim travel coffee tea floor wall "
        "desk phone usb rain yoga"
    ),
)
COLOURS = (
    r"([深浅暗亮墨藏]?(?:黑|白|红|绿|蓝|灰|粉|紫|黄|橙|棕|咖啡|米|卡其|驼|银|金|香槟|杏|酒红|天蓝|墨绿|藏青|玫瑰金)色)"
    r"|\b((?:dark |light |navy |rose )?(?:black|white|red|green|blue|grey|gray|pink|purple|yellow|orange|brown|beige|khaki|silver"
    r"|gold|ivory|burgundy|navy|turquoise))\b"
)
NUMBERS: dict[str, int] = {
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "twenty": 20, "fifty": 50,
}  # fmt: skip
UNITS = (
    "件|个(?![月小星礼人])|双|套|盒|瓶|条|只|台|本|支|包|箱|袋|把|张|顶|对|份|罐|桶|斤",
    "pieces?|pcs|units?|items?|pairs?|sets?|boxes|bottles?|packs?|bags?|cans?|copies|of (?:them|these|those)|pillows|mugs|cups|shirts|chairs|towels|plates|lamps",
)
