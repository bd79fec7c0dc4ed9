"""What the town's shop sells: 120 goods in 8 categories, as plain data (prices in yuan, weights in grams)."""

from __future__ import annotations

# code, Chinese, English, price in yuan as a share of which goods cost, how often it is sent back relative to others
CATEGORIES: tuple[tuple[str, str, str, float, float], ...] = (
    ("beauty", "美妆护肤", "Beauty", 0.38, 0.5),
    ("apparel", "服饰", "Apparel", 0.42, 2.2),
    ("shoes_bags", "鞋包", "Shoes and bags", 0.45, 1.8),
    ("electronics", "数码", "Electronics", 0.68, 0.8),
    ("home", "家居", "Home", 0.52, 0.7),
    ("food", "食品", "Food", 0.60, 0.2),
    ("baby", "母婴", "Baby", 0.58, 0.5),
    ("sports", "运动户外", "Sports", 0.50, 1.0),
)

BRANDS: dict[str, tuple[str, ...]] = {
    "beauty": ("初雪", "花漾", "Lumi", "素见"),
    "apparel": ("青禾", "Norda", "棉朵", "壹尺"),
    "shoes_bags": ("行者", "Velo", "拾步"),
    "electronics": ("声谷", "Kinet", "极点", "小象"),
    "home": ("栖木", "Haus", "暖居"),
    "food": ("山里人", "谷雨", "食光"),
    "baby": ("贝贝熊", "Mimo", "小禾苗"),
    "sports": ("驰跃", "Peak9", "野径"),
}

# code, Chinese name, city, agreed lead time in days, its standard deviation, minimum order, case pack, categories
SUPPLIERS: tuple[tuple[str, str, str, float, float, int, int, tuple[str, ...]], ...] = (
    ("SUP-01", "广州美研生物", "广州", 5.0, 1.5, 24, 12, ("beauty",)),
    ("SUP-02", "上海初雪日化", "上海", 4.0, 1.0, 24, 12, ("beauty", "baby")),
    ("SUP-03", "绍兴青禾纺织", "绍兴", 8.0, 2.5, 30, 10, ("apparel",)),
    ("SUP-04", "东莞制衣联合", "东莞", 10.0, 3.5, 30, 10, ("apparel", "sports")),
    ("SUP-05", "晋江鞋业", "泉州", 9.0, 3.0, 20, 10, ("shoes_bags", "sports")),
    ("SUP-06", "白沟箱包", "保定", 7.0, 2.0, 20, 10, ("shoes_bags",)),
    ("SUP-07", "深圳声谷电子", "深圳", 6.0, 2.0, 10, 10, ("electronics",)),
    ("SUP-08", "苏州极点科技", "苏州", 12.0, 4.0, 10, 5, ("electronics",)),
    ("SUP-09", "佛山栖木家居", "佛山", 9.0, 2.5, 12, 6, ("home",)),
    ("SUP-10", "义乌百货", "义乌", 3.0, 0.8, 20, 10, ("home", "baby", "sports")),
    ("SUP-11", "成都食光食品", "成都", 4.0, 1.2, 40, 20, ("food",)),
    ("SUP-12", "烟台山里人农业", "烟台", 3.0, 1.0, 40, 20, ("food",)),
)

# per category: Chinese title | English title | yuan | grams
GOODS: dict[str, str] = {
    "beauty": """
        丝绒哑光口红|Velvet matte lipstick|89|35
        玻尿酸补水精华|Hyaluronic acid serum|168|120
        氨基酸洁面乳|Amino acid cleanser|79|150
        防晒霜 SPF50+|Sunscreen SPF50+|99|80
        烟酰胺面膜 20 片|Niacinamide face masks, 20|129|600
        持妆粉底液|Long-wear foundation|159|110
        大地色眼影盘|Earth-tone eyeshadow palette|118|160
        玫瑰纯露|Rose water toner|69|260
        卸妆膏|Cleansing balm|88|140
        修护护手霜|Repair hand cream|39|90
        蓬松洗发水|Volume shampoo|75|550
        生发精华液|Scalp serum|199|100
        木质调香水|Woody eau de parfum|329|230
        睫毛膏防水|Waterproof mascara|72|40
        眼霜淡纹|Anti-wrinkle eye cream|219|60
    """,
    "apparel": """
        纯棉圆领 T 恤|Cotton crew T-shirt|69|220
        直筒牛仔裤|Straight jeans|189|650
        羊毛混纺大衣|Wool blend coat|699|1500
        轻薄羽绒服|Light down jacket|459|700
        针织开衫|Knit cardigan|169|420
        碎花连衣裙|Floral dress|199|380
        亚麻衬衫|Linen shirt|149|260
        加绒卫衣|Fleece hoodie|139|600
        西装外套|Blazer|359|850
        瑜伽裤|Yoga leggings|119|280
        家居服套装|Loungewear set|129|520
        羊绒围巾|Cashmere scarf|259|200
        中筒袜 5 双|Crew socks, 5 pairs|39|180
        半身百褶裙|Pleated skirt|129|330
        保暖内衣套装|Thermal underwear set|109|450
    """,
    "shoes_bags": """
        老爹鞋|Chunky sneakers|269|1100
        帆布鞋|Canvas shoes|129|800
        马丁靴|Ankle boots|329|1500
        真皮乐福鞋|Leather loafers|299|900
        防滑拖鞋|Non-slip slippers|35|300
        通勤托特包|Commuter tote|239|750
        斜挎小方包|Crossbody bag|159|480
        20 寸登机箱|20-inch carry-on|369|3100
        双肩电脑包|Laptop backpack|199|950
        真皮钱包|Leather wallet|139|180
        雪地靴|Snow boots|219|1300
        儿童运动鞋|Kids' trainers|149|600
        高跟鞋|Heels|259|800
        腰包|Belt bag|79|220
        妈咪包|Diaper bag|179|850
    """,
    "electronics": """
        无线降噪耳机|Noise-cancelling earbuds|399|160
        便携蓝牙音箱|Portable speaker|199|520
        20000 毫安充电宝|20,000 mAh power bank|129|430
        65W 氮化镓充电器|65 W GaN charger|119|150
        智能手环|Fitness band|229|60
        机械键盘|Mechanical keyboard|299|980
        无线鼠标|Wireless mouse|89|120
        手机支架|Phone stand|29|140
        4K 投影仪|4K projector|1999|2600
        智能台灯|Smart desk lamp|169|1100
        Type-C 数据线|USB-C cable|25|60
        高清摄像头|Full-HD webcam|159|180
        电子书阅读器|E-reader|699|320
        便携显示器|Portable monitor|899|1200
        直播补光灯|Streaming ring light|99|900
    """,
    "home": """
        记忆棉枕头|Memory foam pillow|99|1200
        全棉四件套|Cotton bedding set|299|2300
        保温杯|Vacuum flask|79|350
        不粘炒锅|Non-stick wok|169|1700
        空气炸锅|Air fryer|269|4200
        香薰机|Aroma diffuser|89|480
        收纳箱三件套|Storage boxes, set of 3|69|2100
        乳胶床垫|Latex mattress|1299|14000
        电热水壶|Electric kettle|99|1100
        加湿器|Humidifier|129|1300
        浴巾|Bath towel|49|480
        垃圾袋 100 只|Bin bags, 100|19|500
        懒人沙发|Bean bag|239|4500
        置物架|Shelf rack|119|3800
        遮光窗帘|Blackout curtains|159|2400
    """,
    "food": """
        每日坚果 30 包|Daily nuts, 30 bags|109|750
        挂耳咖啡 20 包|Drip coffee, 20|69|240
        新疆红枣|Xinjiang jujube|45|1000
        黑巧克力|Dark chocolate|39|300
        燕麦片|Oatmeal|35|1000
        牛肉干|Beef jerky|68|400
        龙井绿茶|Longjing green tea|128|250
        螺蛳粉 6 袋|Snail rice noodles, 6|66|2000
        冻干草莓|Freeze-dried strawberries|32|120
        东北大米 5kg|Northeast rice, 5 kg|59|5000
        手工饼干|Handmade cookies|42|450
        蜂蜜|Honey|58|500
        气泡水 24 罐|Sparkling water, 24|72|8200
        辣椒酱|Chilli sauce|18|280
        橄榄油|Olive oil|99|1000
    """,
    "baby": """
        婴儿纸尿裤 L 码|Nappies, size L|139|2600
        婴儿湿巾 12 包|Baby wipes, 12|69|3000
        宽口奶瓶|Wide-neck bottle|79|180
        婴儿推车|Pushchair|799|7500
        积木玩具|Building blocks|129|1300
        儿童绘本 10 册|Picture books, 10|99|1600
        婴儿爬行垫|Play mat|159|2800
        儿童保温杯|Kids' flask|89|320
        婴儿连体衣|Baby bodysuit|59|160
        安全座椅|Child car seat|999|9200
        辅食机|Baby food maker|299|2400
        婴儿润肤乳|Baby lotion|65|350
        磁力片|Magnetic tiles|149|1500
        儿童牙刷|Kids' toothbrush|25|60
        婴儿背带|Baby carrier|269|900
    """,
    "sports": """
        瑜伽垫|Yoga mat|89|1200
        可调节哑铃|Adjustable dumbbells|399|20000
        跑步鞋|Running shoes|359|700
        露营帐篷|Camping tent|459|4200
        折叠椅|Folding chair|99|2300
        羽毛球拍|Badminton racket|169|300
        登山杖|Trekking poles|119|520
        速干 T 恤|Quick-dry T-shirt|79|170
        跳绳|Skipping rope|35|200
        骑行头盔|Cycling helmet|159|380
        泳镜|Swimming goggles|59|110
        运动水壶|Sports bottle|45|180
        筋膜枪|Massage gun|269|900
        睡袋|Sleeping bag|199|1600
        滑雪手套|Ski gloves|109|240
    """,
}
