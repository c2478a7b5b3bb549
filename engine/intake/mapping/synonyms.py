"""What companies call our columns and words, in several languages: enough to propose, never to decide."""

import re
import unicodedata

COLUMNS = {
    "member_id": (
        "member id|memberid|member no|member number|member|id|no|distributor id|distributor|"
        "rep number|repnumber|rep id|associate id|customer id|customerid|partner id|"
        "affiliate id|user id|user|login|username|mitgliedsnummer|mitglied|partnernummer|"
        "numer|numer członka|id członka|numer partnera|nr partnera|会员编号|会員番号|会員id|código|"
        "código de socio|socio|id socio|numéro|numéro d adhérent|номер|код|user bep20 address|"
        "wallet"
    ),
    "sponsor_id": (
        "sponsor id|sponsorid|sponsor|sponsor no|enroller id|enrollerid|enroller|referrer|"
        "referral|referred by|referrer id|sponsor rep number|sponsorrepnumber|recruiter|"
        "upline|upline id|introducer|inviter|polecający|numer polecającego|id polecającego|"
        "sponsornummer|werber|紹介者id|紹介者|推荐人|patrocinador|id patrocinador|parrain|спонсор|"
        "referal address|referral address|parent affiliate id"
    ),
    "placement_id": (
        "placement id|placementid|placement|placed under|parent id|parent|binary parent|"
        "upline placement|直上者id|直上者|上位者id|安置人|ubicación|umiejscowienie|platzierung"
    ),
    "leg": "leg|side|position|binary leg|noga|strona|bein|pierna|lado|レッグ|左右|区",
    "enrolled_on": (
        "enrolled on|enrollment date|enrolment date|enrolled|join date|joindate|joined|"
        "joined on|date joined|registered|registration date|date registered|created|"
        "created on|created at|createddate|created date|entry date|entrydate|signup date|"
        "start date|data|data rejestracji|data zapisu|beitritt|beitrittsdatum|eintrittsdatum|"
        "登録日|入会日|注册日期|fecha de alta|fecha de registro|date d inscription|дата регистрации|дата"
    ),
    "name": (
        "name|full name|fullname|display name|imię i nazwisko|nazwa|vollständiger name|氏名|名前|"
        "姓名|nombre|nom|имя|фио"
    ),
    "status": "status|state|member status|stan|ステータス|状態|状态|estado|statut|статус|customerstatusid",
    "country": "country|country code|maincountry|kraj|land|国|国家|país|pays|страна",
    "owner_id": "owner id|owner|tax id|person id",
    "customer_id": (
        "customer id|customerid|customer no|customer number|customer|client id|client|klient|"
        "id klienta|kundennummer|kunde|顧客番号|顧客id|客户编号|cliente|id cliente|client no|клиент"
    ),
    "since": "since|customer since|created on|created|createddate|registered|data|登録日",
    "order_id": (
        "order id|orderid|order no|order number|order|order reference|invoice|invoice no|id|"
        "numer zamówienia|nr zamówienia|zamówienie|bestellnummer|bestellung|auftrag|注文番号|受注番号|"
        "订单号|pedido|número de pedido|commande|numéro de commande|заказ|номер заказа"
    ),
    "ordered_at": (
        "ordered at|order date|orderdate|order_date|date|paid date|paid at|payment date|"
        "created|created at|data|data zamówienia|data zakupu|bestelldatum|datum|注文日|受注日|下单时间|"
        "fecha|fecha de pedido|date de commande|дата|дата заказа"
    ),
    "kind": "kind|type|order type|ordertypeid|typ|rodzaj|art|種別|类型|tipo|тип",
    "qualifying_volume": (
        "qualifying volume|qv|pv|bv|points|volume|business volume|businessvolumetotal|punkty|"
        "wolumen|punkte|ポイント|ボリューム|积分|puntos|volumen|points de volume|баллы"
    ),
    "commissionable_volume": (
        "commissionable volume|cv|commission volume|commissionablevolumetotal|bv|volume|pv|"
        "points|punkty|wolumen prowizyjny|provisionsvolumen|ポイント|puntos|баллы"
    ),
    "amount": (
        "amount|total|order total|order_total|price|sum|gross|net|value|kwota|wartość|suma|"
        "betrag|summe|gesamt|金額|合計|金额|importe|monto|montant|сумма"
    ),
    "currency": (
        "currency|currency code|currencycode|order_currency|waluta|währung|通貨|币种|moneda|devise|валюта"
    ),
    "refund_of": (
        "refund of|refunded order|original order|returnorderid|return of|korekta do|storno zu|元注文番号"
    ),
    "counted_at": "counted at",
}
"""Names of each column, apart by |, the likeliest first."""
STATUSES = {
    "active": (
        "active|1|yes|enabled|aktywny|aktywna|aktiv|アクティブ|有効|活動中|正常|activo|actif|активен|активный"
    ),
    "suspended": (
        "suspended|inactive|paused|on hold|zawieszony|zawieszona|nieaktywny|nieaktywna|"
        "gesperrt|inaktiv|休会中|休止|停止|停用|suspendido|inactivo|suspendu|inactif|неактивен|"
        "приостановлен"
    ),
    "terminated": (
        "terminated|cancelled|canceled|resigned|deleted|closed|usunięty|usunięta|rozwiązany|"
        "gekündigt|退会|解約|注销|baja|cancelado|résilié|удален|уволен"
    ),
    "customer": "customer|client|klient|kunde|顧客|客户|cliente|клиент",
}
"""Words for each status."""
REFUNDS = (
    "refund|return|credit note|zwrot|korekta|storno|gutschrift|rückgabe|返品|返金|退款|devolución|"
    "reembolso|avoir|возврат"
)
TYPES = (
    "type|customer type|customertypeid|account type|role|rodzaj|typ|typ klienta|kundenart|区分|"
    "会員区分|类型|tipo|роль"
)
"""Words for a refund, and names of a column that says what kind of row it is."""


def plain(text: str) -> str:
    """A name without what people write differently: case, width, signs between words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def rank(name: str, synonyms: str) -> int | None:
    """The place of a name among synonyms, the likeliest first; None if it is none of them."""
    known = [plain(each) for each in synonyms.split("|")]
    sought = plain(name)
    if sought in known:
        return known.index(sought)
    squeezed = [each.replace(" ", "") for each in known]
    return squeezed.index(sought.replace(" ", "")) if sought.replace(" ", "") in squeezed else None


def status_of(word: str) -> str | None:
    """The status that a word means, if it is known."""
    return next((status for status, words in STATUSES.items() if rank(word, words) is not None), None)
