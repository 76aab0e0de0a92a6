"""Vectors that the providers published: they keep both sides from agreeing on a mistake."""

import json
from urllib.parse import urlencode

import pytest

from shared.gateways.payments import alipay, wechat, wire
from shared.gateways.payments.port import Account, Forged, Trade

# WeChat Pay: the test of notifications in its own Go library
PLATFORM = """-----BEGIN CERTIFICATE-----
MIIDVzCCAj+gAwIBAgIJANfOWdH1ItcBMA0GCSqGSIb3DQEBCwUAMEIxCzAJBgNV
BAYTAlhYMRUwEwYDVQQHDAxEZWZhdWx0IENpdHkxHDAaBgNVBAoME0RlZmF1bHQg
Q29tcGFueSBMdGQwHhcNMjEwNDI3MDg1NTIzWhcNMzEwNDI1MDg1NTIzWjBCMQsw
CQYDVQQGEwJYWDEVMBMGA1UEBwwMRGVmYXVsdCBDaXR5MRwwGgYDVQQKDBNEZWZh
dWx0IENvbXBhbnkgTHRkMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA
2VCTd91fnUn73Xy9DLvt/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXag
HQ4vGeZN0yqm++rDsGK+U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOm
DeJf2vg6byms9RUipiq4SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B83
4uxl1zNLYQCrkdBzb8oUxwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGf
y8wus7hwKz6clt3Whmmda7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtk
aSef4FdEEgEXJiw0VAJT8wIDAQABo1AwTjAdBgNVHQ4EFgQUT1c7nd/SUO76HSoZ
umNUJv1R5PwwHwYDVR0jBBgwFoAUT1c7nd/SUO76HSoZumNUJv1R5PwwDAYDVR0T
BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAfTjxKRQMzNB/U6ZoCUS+BSNfa2Oh
0plMN6ZuzwiVVZwg1jywvv5yv04koS7Pd4i9E4gt9ZBUQXlpq+A3oOCEEHNRR6b2
kyazGRM7s0OP5X21WrbpSmKmU6K7hkfx30yYs08LVs/Q8DIhvaj1FCFeJzUCzYn/
fHMq4tsbKO0dKAeydPM/nrUZBmaYQVKMVOORGLFjFKVO7JV6Kq/R86ouhjEPgJOe
2xulNBUcjicqtZlBdEh/PWCYP2SpGVDclKm8jeo175T3EVAkdKzzmfpxtMmnMlmq
cTJOU9TxuGvNASMtjj7pYIerTx+xgZDXEVBWFW9PjJ0TV06tCRsgSHItgg==
-----END CERTIFICATE-----
"""
SIGNATURE = (
    "tJHIiIS9eB2hAYstmAmbbD3ZE5LiIm/Ug5tuL4fC0YOFRWIHV39UFIZXC0e9Wl6lBu6sKvkqDkzpqzBsVHyXFlbY"
    "ZTOQrVdG4b6LfTnK4mikv9++ixJMd3vTf2yCqvBkh98zs3Ds5zsYQakzbcwhmw4fMJs4nPLws28H0UW9FjDR//rx"
    "ELLwXvV1VEA1IBLX70xptjL8hrfUjEE8kkry6yNJTHZRU8CAc7qHli2Ng1V1qb9ARbK8A3ThmFmPQvRGrapI/jS2"
    "laKKgYUmfdEdkNO6B2Cke5e8VTxY406ArAmQ90GAihDwIcb16TQMnzCMBoutnwZKNiKRACrFmtxw2Q=="
)
BODY = (
    '{"id":"3119dfba-e649-5eec-ab1e-3412bc4d2e17","create_time":"2021-06-24T16:37:26+08:00"'
    ',"resource_type":"encrypt-resource","event_type":"PAYSCORE.USER_OPEN_SERVICE","summary'
    '":"签约成功","resource":{"original_type":"payscore","algorithm":"AEAD_AES_256_GCM","cipher'
    'text":"YDS3lKPaC4Y52Gf3uhft5qUBlIa8b428AWTtTauHQfQrRw+X1WpiuHIDy0vo1Vd6VEq67aVyqPdDYMk'
    "RVSDaZL3iZttevRMOoPKMifozg6XPWjIZumks/GpT48lI4NizyeaqLBokNebthah3o1H76qSlO9NkDjp9bzmKL"
    'EYYH9TEklFUpsvPqOTOcgSLgh21YJXYR7dEBXFgRLiNIKRgO5JdXh1hccRUAlyVWxE54PXpnQ==","associat'
    'ed_data":"payscore","nonce":"Kj7QIyUiYx1q"}}'
)
HEADERS = {
    "Wechatpay-Timestamp": "1624523846",
    "Wechatpay-Nonce": "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz",
    "Wechatpay-Signature": SIGNATURE,
    "Wechatpay-Serial": "D7CE59D1F522D701",
}
SENT = "2021-06-24T08:37:26.000+00:00"
# Alipay: the tests of its own Node library
ALIPAY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqObrdC7hrgAVM98tK0nv3hSQRGGKT4lBsQjHiGjeYZjO"
    "PIPHR5knm2jnnz/YGIXIofVHkA/tAlBAd5DrY7YpvI4tP5EONLtZKC2ghBMx7McI2wRD0xiqzxOQr1FuhZGJ8/AU"
    "okBzJrzY+aGX2xcOrxFYRlFilvVLTXg4LWjR1tdPkO6+i7wQZAIVMClPkwVRZEbaERRHlKqTzv2gGv5rDU8gRoe1"
    "LeaN+6BlbTqHWkQcNCUNrA8C6l17XAXGKDsm/9TFWwO8EPHHHCaQdjtV5/FdcWIt+L8SR1ss7EXTjYDFtxcKVv9r"
    "EoY1lX8T4mX+GbXfZHraG5NCF1+XioL5JwIDAQAB"
)
SIGN = (
    "QfTb8tqE1BMhS5qAnXtvsF3/jBkEvu9q9en0pdbBUDDjvKycZhQb7h8GDs4FKfi049PynaNuatxSgLb/nLWZpXyy"
    "h0LEWdK2S6Ri7nPwrVgOs08zugLO20vOQz44y3ti2Ncm8/wZts1Fr2gZ7pShnVX3d1B50hbsXnObT1r/U8ONNQjW"
    "Xd0HIul4TG+Q3fm3svmSvFEy0WnzuhcyHPX5Gm4ELNctL6Qd5YniGJFNcc7kopHYtI/XD9YCKCH6Ct02rzUs9i11"
    "C9CsadtZn+WhxF26Dqt9sGEFajkJ8cxUTLi8+VCpLHsgPE8P0y095uQcDdK0YjCh4x7wVSov+lrmOQ=="
)
NOTICE = {
    "gmt_create": "2019-08-15 15:56:22",
    "charset": "utf-8",
    "seller_email": "z97-yuquerevenue@service.aliyun.com",
    "subject": "语雀空间 500人规模",
    "buyer_id": "2088102534368455",
    "invoice_amount": "0.10",
    "notify_id": "2019081500222155624068450559358070",
    "fund_bill_list": '[{"amount":"0.10","fundChannel":"ALIPAYACCOUNT"}]',
    "notify_type": "trade_status_sync",
    "trade_status": "TRADE_SUCCESS",
    "receipt_amount": "0.10",
    "buyer_pay_amount": "0.10",
    "sign_type": "RSA2",
    "app_id": "2019073166072302",
    "seller_id": "2088531891668739",
    "gmt_payment": "2019-08-15 15:56:24",
    "notify_time": "2019-08-15 15:56:25",
    "version": "1.0",
    "out_trade_no": "20190815155618536-564-57",
    "total_amount": "0.10",
    "trade_no": "2019081522001468450512505578",
    "auth_app_id": "2019073166072302",
    "buyer_logon_id": "xud***@126.com",
    "point_amount": "0.00",
    "sign": SIGN,
}
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIDsjCCApqgAwIBAgIQICAFFOY8L+BNU4cW/iE1izANBgkqhkiG9w0BAQsFADCBgjELMAkGA1UE
BhMCQ04xFjAUBgNVBAoMDUFudCBGaW5hbmNpYWwxIDAeBgNVBAsMF0NlcnRpZmljYXRpb24gQXV0
aG9yaXR5MTkwNwYDVQQDDDBBbnQgRmluYW5jaWFsIENlcnRpZmljYXRpb24gQXV0aG9yaXR5IENs
YXNzIDIgUjEwHhcNMjAwNTE0MTQ0MjAxWhcNMjIwNTE0MTQ0MjAxWjCBkjELMAkGA1UEBhMCQ04x
LTArBgNVBAoMJOadreW3nueEleaXreS/oeaBr+aKgOacr+aciemZkOWFrOWPuDEPMA0GA1UECwwG
QWxpcGF5MUMwQQYDVQQDDDrmlK/ku5jlrp0o5Lit5Zu9Kee9kee7nOaKgOacr+aciemZkOWFrOWP
uC0yMDg4ODMxMjA0NjU5MjE3MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAhoVesfcG
vUv1XvUndmX0rmSZ/2posJBCooySbSVFpV79RtHMzrVz2aKkC3WvOXeT5iNeQK4mK8gp3vNkWrHT
kQGx5BcmkeO1WS384CQde7dAS0gmxeFs5bs+cCQqV2A2c2R9/5rJMtFtp1Ot/rIiMBUn6Ei0Uozt
M7AneavqQEzSwYlCKNhPFFtHCiz7u4O5R9CIyvUmYr+zpem2HXBN9ygPAZ0aXBQipGbc45+G07ZC
NsmY4hV/Igya1aBf+Ye8p10Ew8uBBri0sIknhSC2LqKKy2IH1fO6q1d1jhN240QRHvbpRNv60kAf
ZsEulBASBrCMBi49NiJyr5nre7SNywIDAQABoxIwEDAOBgNVHQ8BAf8EBAMCA/gwDQYJKoZIhvcN
AQELBQADggEBAEx9T99X9NhDZYXDftc0wH0Tc5OVRIqWTYBN/KEP1df+Ix5djcDrUUcXJMvprMw3
frUymgJsf7YUgZ1+dMz+Gup5dCH3qUu/5c9R3d8senb4wCiYR2FpJ3WGIONwInNQTs04a2wM4JIM
CdCYWC/H1hdvNl9V4pYeMckTruSnPmJlL6E/pNF5AuIYP5AswZSOhASIQzt5Rr6QDz/YVGi2/6al
5Bknm2f9dmsZbWDapKDrlJ3Ny2B0SZ0H47Y7lRlaVNe+Jj1jsrv16ONk1XLt71jyWyPAIlITLcyX
mMtT1IympPFRxBIngEImjGt6d1VUtkf61Cjpr0bRRDoZXvWRv5U=
-----END CERTIFICATE-----
"""


def account(**more: object) -> Account:
    given = {
        "app_id": NOTICE["app_id"],
        "merchant_id": NOTICE["seller_id"],
        "secrets": {"api_v3_key": "testMchAPIv3Key0"},
        "keys": {},
        **more,
    }
    return Account(id="main", provider="x", notify_url="", **given)  # type: ignore[arg-type]


def wechats() -> Account:
    return account(keys={"D7CE59D1F522D701": PLATFORM})


def test_wechats_notice_is_theirs_and_of_no_payment() -> None:
    assert wechat.PROVIDER.hear(wechats(), HEADERS, BODY.encode(), SENT) is None


def test_names_of_headers_are_read_in_any_case() -> None:
    lower = {name.lower(): value for name, value in HEADERS.items()}

    assert wechat.PROVIDER.hear(wechats(), lower, BODY.encode(), SENT) is None


@pytest.mark.parametrize(
    ("headers", "body", "moment", "code"),
    [
        ({}, BODY.replace("签约", "解约"), SENT, "signature"),
        ({"Wechatpay-Nonce": "x"}, BODY, SENT, "signature"),
        ({"Wechatpay-Serial": "PUB_KEY_ID_0"}, BODY, SENT, "serial"),
        ({"Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + SIGNATURE}, BODY, SENT, "probe"),
        ({}, BODY, "2021-06-24T08:42:27.000+00:00", "age"),
        ({}, BODY, "2021-06-24T08:32:25.000+00:00", "age"),
    ],
)
def test_wechats_notice_is_refused_when_anything_is_different(
    headers: dict[str, str], body: str, moment: str, code: str
) -> None:
    with pytest.raises(Forged) as forged:
        wechat.PROVIDER.hear(wechats(), {**HEADERS, **headers}, body.encode(), moment)

    assert forged.value.code == code


def test_five_minutes_to_the_second_are_not_too_old() -> None:
    for moment in ("2021-06-24T08:42:26.000+00:00", "2021-06-24T08:32:26.000+00:00"):
        assert wechat.PROVIDER.hear(wechats(), HEADERS, BODY.encode(), moment) is None


def test_wechats_payload_opens() -> None:
    resource = json.loads(BODY)["resource"]

    assert wechat._opened(wechats(), resource)


def test_wechats_example_of_a_sealed_text_opens() -> None:
    sealed = {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": "FsdXzxryWfKwvLJKf8LG/ToRPTRh8RN9wROC",
        "nonce": "wCq51qZv4Yfg",
        "associated_data": "Dl56FrqWQJF1t9LtC3vEUsniZKvbqdR8",
    }

    with pytest.raises(json.JSONDecodeError) as read:
        wechat._opened(account(secrets={"api_v3_key": "testAPIv3Key0000"}), sealed)

    assert read.value.doc == "Hello World"


def test_an_empty_text_opens_with_a_key_of_32_bytes() -> None:
    sealed = {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": "GvpmmdtYwexXIPhySs9Tlg==",
        "nonce": "0123456789abcdef",
    }

    with pytest.raises(json.JSONDecodeError) as read:
        wechat._opened(account(secrets={"api_v3_key": "0123456789abcdef" * 2}), sealed)

    assert read.value.doc == ""


def test_alipays_notice_is_signed_without_its_sign_type() -> None:
    ours = account(keys={"alipay": ALIPAY})

    told = alipay.PROVIDER.hear(ours, {}, urlencode(NOTICE).encode(), SENT)

    assert told is not None
    assert (told.number, told.state, told.fen) == ("20190815155618536-564-57", Trade.PAID, 10)
    assert told.at == "2019-08-15T07:56:24.000+00:00"


@pytest.mark.parametrize("name", sorted(NOTICE.keys() - {"sign", "sign_type"}))
def test_alipays_notice_is_refused_when_any_field_is_different(name: str) -> None:
    ours = account(keys={"alipay": ALIPAY})
    other = {**NOTICE, name: NOTICE[name] + "0"}

    with pytest.raises(Forged) as forged:
        alipay.PROVIDER.hear(ours, {}, urlencode(other).encode(), SENT)

    assert forged.value.code == "signature"


def test_a_certificate_has_the_name_that_alipay_gives_it() -> None:
    assert alipay.serial(CERTIFICATE) == "7513daaaa48aa3ba2e4018d84402479c"


def test_alipays_string_to_sign_is_that_of_its_document() -> None:
    asked = {
        "version": "1.0",
        "timestamp": "2014-07-24 03:07:50",
        "sign_type": "RSA2",
        "method": "alipay.mobile.public.menu.add",
        "charset": "GBK",
        "biz_content": '{"button":[]}',
        "app_id": "2014072300007148",
    }

    assert alipay.to_sign(asked).decode() == (
        'app_id=2014072300007148&biz_content={"button":[]}&charset=GBK'
        "&method=alipay.mobile.public.menu.add&sign_type=RSA2"
        "&timestamp=2014-07-24 03:07:50&version=1.0"
    )


@pytest.mark.parametrize(
    ("fen", "yuan"), [(0, "0.00"), (1, "0.01"), (100, "1.00"), (123456789, "1234567.89")]
)
def test_yuan_are_written_with_two_decimals_and_read_exactly(fen: int, yuan: str) -> None:
    assert (wire.to_yuan(fen), wire.to_fen(yuan)) == (yuan, fen)


@pytest.mark.parametrize("text", ["", "1.234", "-1.00", "1e2", "1,000.00", "NaN", "١.00"])
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        wire.to_fen(text)
