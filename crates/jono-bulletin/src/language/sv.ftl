### Vad bulletinen säger på svenska. Namn och tal fylls i som de är; -n är talet som böjningen följer.

sentences = { $all }
title = Servicestatistik, { $period }
skip = Gå till innehållet
contents = Innehåll
languages = På andra språk
formats = I andra format
leads-title = Servicestatistik just nu
numbers = Siffrorna i figuren
marked-short = Grå fält är korta arbetsveckor, streckade fält de korta veckorna ett år tidigare.
generated = Demonstration: det som är märkt som genererat är ingens uppgift. Ett program har gjort det.
and = och
nothing = –
no-value = { $what }, { $period }: { $now }.
nothing-known = Uppgift saknas.
at = { $date } kl. { $time }

## Tider

month = { $month ->
    [1] januari
    [2] februari
    [3] mars
    [4] april
    [5] maj
    [6] juni
    [7] juli
    [8] augusti
    [9] september
    [10] oktober
    [11] november
   *[12] december
}
period-week = vecka { $week }{ $other ->
    [yes] /{ $year }
   *[no] {""}
}
in-week = vecka { $week }{ $other ->
    [yes] /{ $year }
   *[no] {""}
}
period-month = { $month }{ $other ->
    [yes] {" "}{ $year }
   *[no] {""}
}
in-month = i { $month }{ $other ->
    [yes] {" "}{ $year }
   *[no] {""}
}
period-quarter = Q{ $quarter }/{ $year }
in-quarter = i omgång Q{ $quarter }/{ $year }
period-year = { $year }
in-year = år { $year }
period-day = { $date }
in-day = { $date }
period-span = { $first }–{ $last }
in-span = under tiden { $first }–{ $last }
from-day = från { $first }
from-to = { $first }–{ $last }
days = { $days-n ->
    [one] { $days } dag
   *[other] { $days } dagar
}

## Varifrån talen kommer, och varför tal saknas

mark-published = publicerat
mark-counted = räknat
mark-tallied = veckostatistik
mark-generated = genererat
mark-generated-counted = genererat, räknat
mark-generated-tallied = genererat, veckostatistik
state-suppressed = dold
state-few-answers = för få svar
state-revised = reviderat
state-stale = ofullständigt
state-closed = stängt
state-unavailable = uppgift saknas

## Det som berättas först

lead-waiting = Väntetid till telefontjänsten
lead-appointments = En telefontid kan fås inom
lead-visits = Besök på serviceställen per vecka
lead-when = { $period }
lead-weekly-mean = { $period }, i genomsnitt per vecka
lead-before = { $trend ->
    [rose] mer än ett år tidigare: { $before }
    [fell] mindre än ett år tidigare: { $before }
    [same] som ett år tidigare: { $before }
   *[unknown] ett år tidigare { $before }
}
printed = tryckt ”{ $label }”

## Meddelanden

notices-title = Så uträttar du ärenden
notices-none = Det finns inga meddelanden.
notice = { $text }
notice-until = { $text } (till { $last })

## Väntetid

waiting-title = Väntetid i telefon
waiting-mean = Väntetiden till telefontjänsten var { $period } i genomsnitt { $now }.
waiting-mean-before = Väntetiden till telefontjänsten var { $period } i genomsnitt { $now }. { $trend ->
    [rose] Den blev längre: ett år tidigare var den { $before }.
    [fell] Den blev kortare: ett år tidigare var den { $before }.
    [same] Den är oförändrad: ett år tidigare var den { $before }.
   *[unknown] Ett år tidigare var den { $before }.
}
waiting-unknown = Väntetiden till telefontjänsten { $period }: { $now }.
waiting-percentiles = Hälften av dem som fick svar väntade högst { $half }, nio av tio högst { $most }.
waiting-table = Genomsnittlig väntetid per tjänst
waiting-note = Väntetiderna gäller besvarade samtal, också dem som besvarades genast.

## Tidsbokning

appointments-title = Dagar till första lediga tid
appointments-phone = En telefontid kunde { $period } fås inom i genomsnitt { $lead }.
appointments-phone-none = Inga telefontider var lediga { $period }.
appointments-visit = En besökstid kunde { $period } fås inom i genomsnitt { $lead }.
appointments-visit-none = Inga besökstider var lediga { $period }.
appointments-phone-table = Telefontider per enhet, { $period }
appointments-visit-table = Besökstider per enhet, { $period }
appointments-none = inga lediga
appointments-note = Kalenderdagar till första lediga tid, som medeltal av dagliga avläsningar. ”Inga lediga” är inget tal: det lämnas utanför medeltalet och visas som andelen avläsningar då en tid var ledig.
column-days = Dagar, { $basis }
column-available = Avläsningar med ledig tid

## Besök

visits-title = Besök på serviceställen
visits-now = Serviceställena hade { $now-n ->
    [one] { $now } besök
   *[other] { $now } besök
} { $period }.
visits-chart = Besök på serviceställen
visits-months = Besök per vecka efter månad
visits-units = Besök per enhet, { $basis }
visits-note = Månadens medeltal är för de ISO-veckor vars torsdag infaller i månaden. Räknade besök och besök enligt veckostatistik gäller olika enheter och adderas aldrig.

## Kontakter

contacts-title = Kontakter per vecka och kanal
contacts-title-months = Kontakter per månad och kanal
contacts-now = Telefontjänsten hade { $now-n ->
    [one] { $now } samtal
   *[other] { $now } samtal
} { $period }.
contacts-compared = { $trend ->
    [rose] Det är fler än { $period }: { $other }.
    [fell] Det är färre än { $period }: { $other }.
    [same] Antalet är oförändrat: { $period } var de { $other }.
   *[unknown] Antalet { $period } var { $other }.
}
calls-per-workday = Per arbetsdag var det { $now } samtal.
visits-per-workday = Per arbetsdag var det { $now } besök.
answer-rate = Andelen besvarade samtal var { $now }.
answer-rate-before = Andelen besvarade samtal var { $now }. { $trend ->
    [rose] Den steg: ett år tidigare var den { $before }.
    [fell] Den sjönk: ett år tidigare var den { $before }.
    [same] Den är oförändrad: ett år tidigare var den { $before }.
   *[unknown] Ett år tidigare var den { $before }.
}
short-weeks = Korta arbetsveckor: { $weeks }.
short-weeks-before = Korta arbetsveckor ett år tidigare: { $weeks }.
short-week = { $week } ({ $holidays })
short = { $days-n ->
    [one] { $days } arbetsdag
   *[other] { $days } arbetsdagar
} ({ $holidays })
short-year-before = ett år tidigare { $short }
both = { $one }; { $other }
contacts-chart = Kontakter och andelen besvarade samtal
contacts-note = Samtal är avslutade köplatser, oavsett hur de slutade. Andelen besvarade är av dem alla.
panel-visits = Besök på serviceställen
panel-calls = Samtal till telefontjänsten
panel-answer-rate = Andel besvarade samtal
line-per-workday = per arbetsdag, { $line }
line = { $basis }, { $when }
labelled = { $said } ({ $label })
line-now = nu
line-before = ett år tidigare

## Servicenivå

service-level-title = Servicenivå
service-level-now = Av samtalen { $period } uppfyllde { $now } servicenivån för sin tjänst.
service-level-before = Av samtalen { $period } uppfyllde { $now } servicenivån för sin tjänst. { $trend ->
    [rose] Andelen steg: ett år tidigare var den { $before }.
    [fell] Andelen sjönk: ett år tidigare var den { $before }.
    [same] Andelen är oförändrad: ett år tidigare var den { $before }.
   *[unknown] Ett år tidigare var den { $before }.
}
service-level-table = Servicenivå per tjänst, { $period }
service-level-note = Varje tjänst har sin egen tid och sitt eget mål. Organisationens servicenivå är andelen av alla samtal som uppfyllde sin egen tjänsts tid.
target-reached = nått
target-missed = inte nått
formula-answered-of-offered = besvarade inom { $within }, av alla avslutade samtal
formula-answered-of-offered-less-short = besvarade inom { $within }, av alla avslutade samtal utom dem som avbröts på under { $short }
formula-answered-of-answered = besvarade inom { $within }, av besvarade samtal
formula-handled-of-offered = besvarade eller avbrutna inom { $within }, av alla avslutade samtal
formula-answer-rate = besvarade, av alla avslutade samtal

## Återuppringningar

callbacks-title = Återuppringningar
callback-promise = { $service }: återuppringning utlovas inom { $within }.
callback-trial = { $service }: återuppringning utlovas inom { $within }. Det är ett försök till { $last }.
callback-trial-of = { $service }: återuppringning utlovas inom { $within }. Det är ett försök från { $first } till { $last }.
callback-from = { $service }: återuppringning utlovas inom { $within } från och med { $first }.
callback-over = { $service }: försöket med återuppringning inom { $within } avslutades { $last }. Stängt.
callback-kept = Av löften vars tid gick ut { $period } hölls { $kept }. { $trend ->
    [rose] Andelen steg från föregående period.
    [fell] Andelen sjönk från föregående period.
    [same] Andelen är oförändrad från föregående period.
   *[unknown] {""}
}
callbacks-closed = Återuppringningar { $period }: stängt.
callbacks-table = Återuppringningar och löftet om dem
callbacks-offered = Erbjudna
callbacks-accepted = Accepterade
callbacks-reached = Kunden nådd
promises-due = Löften vars tid gick ut
promises-kept = Löften som hölls
promises-late = Löften för sent
promise-kept-ratio = Andel löften som hölls
callbacks-note = Ett löfte har hållits när det första försöket gjordes i tid. Om kunden nåddes är en annan sak.
column-callbacks = Återuppringningar

## Öppethållning

openings-title = Serviceställenas öppethållning
openings-now = Av serviceställena var { $open } öppna { $day }, { $reduced } öppna i begränsad omfattning och { $closed } stängda.
openings-reduced = Begränsat: { $units }.
openings-closed = Stängda: { $units }.
openings-no-changes = Inga ändringar är kända för de följande fyra veckorna.
openings-coming = Ändringar under de följande fyra veckorna
opening = { $has-hours ->
    [yes] { $state }, { $hours }
   *[no] { $state }
}
day-monday = må
day-tuesday = ti
day-wednesday = on
day-thursday = to
day-friday = fr
day-saturday = lö
day-sunday = sö
open-open = öppet
open-reduced = begränsat
open-closed = stängt
column-when = När
column-opening = Öppethållning
column-units = Serviceställen

## Nättjänst

online-title = Nättjänster
online-share = { $area }: { $share } av ansökningarna gjordes på nätet { $month }.{ $has-before ->
    [yes] {" "}Ett år tidigare var andelen { $before }.
   *[no] {""}
}
online-table = Andel ansökningar gjorda på nätet, per område

## Kundnöjdhet

satisfaction-title = Kundnöjdhet
satisfaction-question = ”Hurdan var servicen som du fick som helhet, på skalan 0–10?”
satisfaction-star = * Enkätomgången är inte slutlig: svar kan ännu komma (preliminär uppgift).
satisfaction-note = Alla kunders medeltal ligger i intervallet med 95 procents säkerhet. På färre än 30 svar ges inget vitsord.
satisfaction-chart = Vitsordens medeltal per enkätomgång
satisfaction-units = { $channel }: vitsordens medeltal per enhet, { $round }
score-interval = { $channel }, { $round }: { $score }, { $of-n ->
    [one] { $of } svar
   *[other] { $of } svar
} (95 procents konfidensintervall { $interval }).
score-alone = { $channel }, { $round }: { $score }, { $of-n ->
    [one] { $of } svar
   *[other] { $of } svar
}.
score-few = { $channel }, { $round }: { $score } ({ $of }).
channel-service-point = Serviceställen
channel-phone = Telefontjänst
channel-phone-appointment = Telefontidsbokning
channel-visit-appointment = Tidsbokning för besök
channel-callback = Återuppringningar
channel-online = Nättjänsten

## De närmaste veckorna

outlook-title = De närmaste veckorna
outlook-none = Prognos för efterfrågan: uppgift saknas.

## Kolumner

column-service = Tjänst
column-unit = Enhet
column-area = Område
column-week = Vecka
column-month = Månad
column-round = Omgång
column-before = Föregående
column-year-before = Ett år tidigare
column-weekly-mean = I genomsnitt per vecka, { $month }
column-short = Korta veckor
column-level = Servicenivå
column-target = Mål
column-reached = Målet nått
column-formula = Hur den räknas
column-answer-rate = Besvarade samtal
column-score = Vitsord
column-answers = Svar (n)
column-interval = 95 % konfidensintervall
column-figure = Tal
column-was = Tidigare
column-is = Nu

## Versioner och rättelser

draft = Utkast, sammanställt { $compiled }. Talen är preliminära uppgifter och kan ännu ändras.
final = Version { $number }, sammanställd { $compiled }.
embargo = Får publiceras tidigast { $until }.
accepted-not-over = Publicerad innan { $period } var slut.
accepted-open-round = Publicerad fastän svar ännu kan komma till enkätomgång { $round }.
accepted-stale = Publicerad fastän källan { $source } inte hade berättat om hela perioden.
correction = Rättelse: { $note }
changes = { $count-n ->
    [one] { $count } tal skiljer sig från föregående version
   *[other] { $count } tal skiljer sig från föregående version
}
no-changes = Inget tal skiljer sig från föregående version.
stars-gone = Vitsorden i en enkätomgång som ännu var öppen i föregående version är nu slutliga.
not-told = inte angivet
figure-name = { $measure }: { $of } ({ $basis })
measure-wait-mean = Genomsnittlig väntetid
measure-wait-p50 = Hälften av de besvarade väntade högst
measure-wait-p90 = Nio av tio besvarade väntade högst
measure-contacts = Kontakter
measure-contacts-weekly-mean = Kontakter i genomsnitt per vecka
measure-contacts-per-workday = Kontakter per arbetsdag
measure-online-ratio = Andelen ansökningar som gjorts på nätet

## Om statistiken

about-title = Om statistiken
about-published = Publicerat: ett värde som publicerats på annat håll, med den beteckning det trycktes med. Inget beräknas av det.
about-counted = Räknat: händelse för händelse.
about-tallied = Veckostatistik: summerat ur antal för hela veckor.
about-generated = Genererat: gjort av ett program för en demonstration.
about-withheld = Dold: från ett till fyra, eller det som skulle avslöja ett sådant tal.
about-closed = Stängt: det fanns inget att räkna. Det är inte noll.
about-unavailable = Uppgift saknas: inget är känt.
about-reserves = Reviderat: ett annat tal än i en tidigare version. Ofullständigt: källan har ännu inte berättat allt.
about-star = *: en enkätomgång som inte är slutlig.
about-calls = Talen är samtal, inte personer: den som ringer två gånger räknas två gånger.
about-weeks = Veckorna är ISO-veckor, och ett år tidigare är veckan med samma nummer. Veckor med färre än fem arbetsdagar är märkta som korta, för båda åren.
about-trends = Något steg eller sjönk när skillnaden är större än slumpen skulle göra den (95 %); en väntetid när den skiljer sig med minst 5 % och 5 sekunder; ett vitsord när intervallen inte överlappar, och aldrig mot en preliminär omgång. Allt annat är oförändrat. Tal av olika ursprung jämförs inte.
about-rounding = Andelar har en tiondels procent, vitsord och dagar en decimal, väntetider hela sekunder.

## Helgdagar

holiday-new-year = nyårsdagen
holiday-epiphany = trettondagen
holiday-good-friday = långfredagen
holiday-easter-sunday = påskdagen
holiday-easter-monday = annandag påsk
holiday-may-day = första maj
holiday-ascension = Kristi himmelsfärdsdag
holiday-whit-sunday = pingstdagen
holiday-midsummer-eve = midsommarafton
holiday-midsummer-day = midsommardagen
holiday-all-saints = alla helgons dag
holiday-independence = självständighetsdagen
holiday-christmas-eve = julafton
holiday-christmas-day = juldagen
holiday-boxing-day = annandag jul
holiday-own = stängningsdag
