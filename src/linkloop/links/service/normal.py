"""Plain text: one way of writing what people type in many (full width, traditional signs, emoji, slang, same sounds)."""

from __future__ import annotations

import re
import unicodedata

# What a person writes in a chat fits many times; what does not is an attack on our time.
LONGEST = 600

_TRADITIONAL = (
    "們這個來為爲會說時過還發對開關問間題單訂貨買賣錢帳賬號碼電話門機進運費遞裡裏裝壞換貴質實現產種圖書張長東車風飛馬嗎麼麽沒"
    "點誰請謝讓認識記訊詢試該語誤課調談論證許設訴評詞諮讀變護議譯計討訪詳誠騙驗騎駕驚體髮鬧魚鳥鹽麥黃齊齒龍龜歲歷歸殘殺氣決況"
    "淚淨減測湯溫滿漲漢潔潛濕濟灣災無煙煩熱燈燒營爛爭爺牆狀獨獎環畫異當療癢盜盡監盤礙禮離稅穩積稱窮競筆節範築簡簽籤籠糧級約紅"
    "紀純紙細終組結給統絲經綠維網線練緊緒編緣縣縮總織繳繼續罵罰習聞聯聲聽職腦腳膠臉舊藍藥蘋處虛補褲複襪見規視親覺觀觸貓負財責"
    "貼貸貿賀資賞賠賴賺購贈贊讚趕趙跡蹤軟軌轉輕輛輪輸辦農連週遊遠適遲選遺郵醜醫釋針釘鋼錄錯鍋鍵鎖鏡鐘鐵鑰銀銷鋪閃閉閱陣陰陽"
    "隊際險隨隱隻雙雜難雲霧靜頁頂項順須預領頭顏額類顧顯飯飲餅養餘館駁韓響頻頸顆願衛衝術製壓廠廣庫廢應彈強後從復徵態慘慣憂憑懷"
    "戲戰戶拋掃掛採揚損搶撥擇擊擔據擠擴攝攤敗數斷於暈暫曉條極構樂標樣樓橋檔檢櫃欄權歡歐沖滯漸濾爾牽狹獲獻瑪皺盃睜碩確禍窩籃紐"
    "紋納紛紮紹絕綁綜綿緩縫罷羅義聖聰肅脅脫腫膚臺颱與興艱莊華萬葉著蓋薦蘇蘭蝦蟲訓託診詐詩誇諒諾謊講豐貧貫賊賓賭躍軍較載輔轎辭"
    "違達遷邊鄉鄰釣鈕鈔鈴銅鋒鍊鏈鐲閒閣闆陳陸階靈韌頓頑顛飄飾餓饋駐騰鬆鬥鬍魯鮮麗麵齡國園圓圍團執報場塊塵墊壽夠夢夾奪奮婦媽嬌"
    "孫學寧寫寬寶審將專尋導屬層島師帶幣幫幹幾徑惡惱愛慮慶懶懸儀億優償兒兩冊凍則剛創劃劇劍劑動務勝勞勢勸匯區協卻厭參叢員啟嚇嚴"
    "嘗喚喪噴價倉偽傷傳債傾僅側備傘傢儘內凱別刪勁妳"
)
_SIMPLIFIED = (
    "们这个来为为会说时过还发对开关问间题单订货买卖钱账账号码电话门机进运费递里里装坏换贵质实现产种图书张长东车风飞马吗么么没"
    "点谁请谢让认识记讯询试该语误课调谈论证许设诉评词咨读变护议译计讨访详诚骗验骑驾惊体发闹鱼鸟盐麦黄齐齿龙龟岁历归残杀气决况"
    "泪净减测汤温满涨汉洁潜湿济湾灾无烟烦热灯烧营烂争爷墙状独奖环画异当疗痒盗尽监盘碍礼离税稳积称穷竞笔节范筑简签签笼粮级约红"
    "纪纯纸细终组结给统丝经绿维网线练紧绪编缘县缩总织缴继续骂罚习闻联声听职脑脚胶脸旧蓝药苹处虚补裤复袜见规视亲觉观触猫负财责"
    "贴贷贸贺资赏赔赖赚购赠赞赞赶赵迹踪软轨转轻辆轮输办农连周游远适迟选遗邮丑医释针钉钢录错锅键锁镜钟铁钥银销铺闪闭阅阵阴阳"
    "队际险随隐只双杂难云雾静页顶项顺须预领头颜额类顾显饭饮饼养余馆驳韩响频颈颗愿卫冲术制压厂广库废应弹强后从复征态惨惯忧凭怀"
    "戏战户抛扫挂采扬损抢拨择击担据挤扩摄摊败数断于晕暂晓条极构乐标样楼桥档检柜栏权欢欧冲滞渐滤尔牵狭获献玛皱杯睁硕确祸窝篮纽"
    "纹纳纷扎绍绝绑综绵缓缝罢罗义圣聪肃胁脱肿肤台台与兴艰庄华万叶着盖荐苏兰虾虫训托诊诈诗夸谅诺谎讲丰贫贯贼宾赌跃军较载辅轿辞"
    "违达迁边乡邻钓钮钞铃铜锋链链镯闲阁板陈陆阶灵韧顿顽颠飘饰饿馈驻腾松斗胡鲁鲜丽面龄国园圆围团执报场块尘垫寿够梦夹夺奋妇妈娇"
    "孙学宁写宽宝审将专寻导属层岛师带币帮干几径恶恼爱虑庆懒悬仪亿优偿儿两册冻则刚创划剧剑剂动务胜劳势劝汇区协却厌参丛员启吓严"
    "尝唤丧喷价仓伪伤传债倾仅侧备伞家尽内凯别删劲你"
)
# One sign each: emoji say a mood; what they say stands as a word of its own that no language has.
_MOODS = {
    " emoangry ": "😠😡🤬😤👿💢🖕👎😾💩🙄😒",
    " emoanxious ": "😟😰😱😢😭🥺😨😥😖😩😫😓💔🆘😞😔",
    " emopleased ": "😀😁😂🤣😃😄😆😉😊😍😘🥰🤗👍👏🙏🎉💕💖💗❤♥😎🥳💪🌹😺✨💯🤩",
}
# Emoji presentation, joiners, direction marks and other signs that nobody sees; line ends stay.
_UNSEEN = {
    **dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xAD, 0xFEFF, 0xFE0E, 0xFE0F], None),
    **dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)], None),
    **dict.fromkeys(range(0x1F3FB, 0x1F400), None),
}
_SIGNS: dict[int, str | None] = {
    **_UNSEEN,
    **{ord(old): new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **dict.fromkeys(map(ord, "’‘`´"), "'"),
    **dict.fromkeys(map(ord, "“”„"), '"'),
    **dict.fromkeys(map(ord, "–—−‐‑"), "-"),
}
_EMOJI = {ord(sign): word for word, signs in _MOODS.items() for sign in signs}

# The same sound or a slip of the input method, chat slang, and what is short for something: what it stands for.
_MEANT = {
    "块递": "快递", "快弟": "快递", "快第": "快递", "筷递": "快递", "快底": "快递", "包裏": "包裹", "包果": "包裹", "包过": "包裹",
    "物留": "物流", "物硫": "物流", "退宽": "退款", "退狂": "退款", "推款": "退款", "推货": "退货", "退火": "退货", "发飘": "发票",
    "发漂": "发票", "法票": "发票", "地只": "地址", "地止": "地址", "地知": "地址", "优会": "优惠", "优汇": "优惠", "幽惠": "优惠",
    "取效": "取消", "去消": "取消", "曲消": "取消", "克服": "客服", "客伏": "客服", "课服": "客服", "单好": "单号", "定单": "订单",
    "尺马": "尺码", "遲码": "尺码", "帐号": "账号", "登陆": "登录", "换火": "换货", "补火": "补货", "投素": "投诉", "头诉": "投诉",
    "神马": "什么", "什麽": "什么", "肿么": "怎么", "肿木": "怎么", "咋个": "怎么", "木有": "没有", "米有": "没有", "冇": "没有",
    "偶的": "我的", "俺的": "我的", "酱紫": "这样", "造吗": "知道吗", "不造": "不知道", "宝子": "亲", "亲亲": "亲", "亲爱哒": "亲",
    "滴": "的", "灰常": "非常", "炒鸡": "超级", "稀饭": "喜欢", "素质三连": "脏话", "蓝瘦": "难受", "栓q": "谢谢", "3q": "谢谢",
    "3x": "谢谢", "蟹蟹": "谢谢", "谢啦": "谢谢啦", "orz": "拜托", "nmsl": "他妈的", "tmd": "他妈的", "特么": "他妈的",
    "尼玛": "他妈的", "卧槽": "我靠", "sb": "傻逼", "煞笔": "傻逼", "辣鸡": "垃圾", "拉圾": "垃圾",
    "乐色": "垃圾", "yyds": "太好了", "xswl": "笑死我了", "awsl": "太喜欢了", "绝绝子": "太好了", "u": "you", "ur": "your",
    "r": "are", "pls": "please", "plz": "please", "plss": "please", "thx": "thanks", "thnx": "thanks", "tnx": "thanks",
    "tysm": "thank you so much", "ty": "thank you", "wheres": "where is", "whens": "when is", "hows": "how is",
    "whats": "what is", "cant": "can not", "cannot": "can not", "wont": "will not", "dont": "do not", "doesnt": "does not",
    "didnt": "did not", "isnt": "is not", "hasnt": "has not", "havent": "have not", "wanna": "want to", "gonna": "going to",
    "gotta": "have to", "lemme": "let me", "gimme": "give me", "asap": "urgent", "idk": "do not know", "chk": "check",
    "ordr": "order", "ordre": "order", "oder": "order", "parcle": "parcel", "parcl": "parcel", "pkg": "package",
    "packge": "package", "deliverd": "delivered", "delivry": "delivery", "recieve": "receive", "recieved": "received",
    "reciept": "receipt", "adress": "address", "addres": "address", "cancle": "cancel",
    "cancell": "cancel", "retrun": "return", "retun": "return", "refnd": "refund", "refudn": "refund", "exchnage": "exchange",
    "exhange": "exchange", "discout": "discount", "coupn": "coupon", "coupen": "coupon", "invioce": "invoice",
    "paymnt": "payment", "wehre": "where", "whre": "where", "teh": "the", "yr": "your", "im": "i am", "ive": "i have",
    "fkn": "fucking", "effing": "fucking", "kuaidi": "快递", "wuliu": "物流", "baoguo": "包裹", "tuikuan": "退款",
    "tuihuo": "退货", "fapiao": "发票", "dizhi": "地址", "youhui": "优惠", "kefu": "客服", "rengong": "人工", "dingdan": "订单",
}  # fmt: skip
_LATIN = re.compile(r"[a-z0-9]+")
_HAN_MEANT = {k: v for k, v in _MEANT.items() if not k[0].isascii()}
_LATIN_MEANT = {k: v for k, v in _MEANT.items() if k.isascii() and k.isalnum()}
_HAN = re.compile("|".join(sorted(map(re.escape, _HAN_MEANT), key=len, reverse=True)))
_SHORT = re.compile(r"\b([a-z]+)'(s|t|re|m|ve|ll|d)\b")
_RUNS = re.compile(r"(.)\1{2,}")


def tidy(text: str) -> str:
    """A text as it is meant to be read: half width, simplified signs, nothing unseen; at most LONGEST signs, case kept.

    What slots name is taken from here.
    """
    text = text[:LONGEST]
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFKC", text).translate(_SIGNS)[:LONGEST]


def plain(tidied: str) -> str:
    """Small letters, emoji as words of their mood, runs shortened, slang and same sounds put as what they stand for."""
    text = tidied.lower()
    if not text.isascii():
        text = text.translate(_EMOJI)
        text = _HAN.sub(lambda found: _HAN_MEANT[found[0]], text)
    text = _RUNS.sub(r"\1\1", text)
    if "'" in text:
        text = _SHORT.sub(r"\1\2", text)
    return _LATIN.sub(_as_meant, text)


def _as_meant(found: re.Match[str]) -> str:
    return _LATIN_MEANT.get(found[0], found[0])
