"""Bank statements of our own invention, as several banks would write them."""

OURS = "40702810138250123017"
THEIRS = "40702810455000024248"
INN, THEIR_INN = "7707083893", "7736207543"

HEADER = f"""1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
Отправитель=Клиент-Банк
Получатель=
ДатаСоздания=20.11.2026
ВремяСоздания=09:00:00
ДатаНачала=16.11.2026
ДатаКонца=19.11.2026
РасчСчет={OURS}
"""
BALANCE = f"""СекцияРасчСчет
ДатаНачала=16.11.2026
ДатаКонца=19.11.2026
НачальныйОстаток=100000.00
РасчСчет={OURS}
ВсегоПоступило=21960.00
ВсегоСписано=5000.00
КонечныйОстаток=116960.00
КонецРасчСчет
"""
CAME = f"""СекцияДокумент=Платежное поручение
Номер=415
Дата=16.11.2026
Сумма=21960.00
ПлательщикСчет={THEIRS}
ДатаСписано=16.11.2026
Плательщик=ИНН {THEIR_INN} ООО "Весна"
Плательщик1=ООО "Весна"
ПлательщикИНН={THEIR_INN}
ПлательщикКПП=770401001
ПлательщикБИК=044030653
ПолучательСчет={OURS}
ДатаПоступило=17.11.2026
Получатель=ИНН {INN} ООО "Приём"
ПолучательИНН={INN}
ПолучательБИК=044525225
ВидОплаты=01
НазначениеПлатежа=Оплата по счету № 2026-000045 от 12.11.2026. В т.ч. НДС 22% 3960-00 руб.
КонецДокумента
"""
WENT = f"""СекцияДокумент=Банковский ордер
Номер=7
Дата=18.11.2026
Сумма=5000
ПлательщикСчет={OURS}
ПлательщикИНН={INN}
ДатаСписано=18.11.2026
ПолучательСчет=70601810000000000001
Получатель=ПАО «Банк»
НазначениеПлатежа=Комиссия за ведение счёта
КонецДокумента
"""
END = "КонецФайла\n"
WHOLE = HEADER + BALANCE + CAME + WENT + END

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId></GrpHdr>
<Stmt><Id>S-26-1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-16</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1240.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-16</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">240.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-11-16</Dt></BookgDt><AcctSvcrRef>B-77</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>INV-1</EndToEndId></Refs>
<RltdPties><Dbtr><Nm>Spring GmbH</Nm><Id><OrgId><Othr><Id>7736207543</Id></Othr></OrgId></Id></Dbtr>
<DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id></DbtrAcct></RltdPties>
<RltdAgts><DbtrAgt><FinInstnId><BIC>BYLADEM1001</BIC></FinInstnId></DbtrAgt></RltdAgts>
<RmtInf><Ustrd>Invoice 2026-000012</Ustrd><Ustrd>of 12.11.2026</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts>
<BookgDt><Dt>2026-11-17</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""

MT940 = """{1:F01BANKRUMMAXXX0000000000}{2:I940BANKRUMMXXXXN}{4:
:20:ST261116
:25:044525225/40702810138250123017
:28C:00220/001
:60F:C261115RUB100000,00
:61:2611161117C21960,00NTRF415//B77-1
:86:/NZP/Oplata po schetu 2026-000045 ot 12.11.2026, remote session a
nd work/INN/7736207543/NAME/OOO VESNA/ACC/40702810455000024248
:61:2611171117D5000,NMSCNONREF//B77-2
:86:Komissiya za vedenie scheta
:62F:C261117RUB116960,00
-}
"""

TABLE = """Выписка по счёту;;;;
;;;;
Дата;Сумма;Контрагент;ИНН;Назначение
17.11.2026;21 960,00;"ООО ""Весна"";";7736207543;Оплата по счету 2026-000045
18.11.2026;-5 000,00;ПАО Банк;;Комиссия
Итого;16 960,00;;;
"""
