### Mitä tiedote sanoo suomeksi. Nimet ja luvut tulevat sellaisinaan; -n on luku, jonka mukaan taivutetaan.

sentences = { $all }
title = Palvelutilastot, { $period }
skip = Siirry sisältöön
contents = Sisällys
languages = Muilla kielillä
formats = Muissa muodoissa
leads-title = Palvelutilastot nyt
numbers = Kuvan luvut
marked-short = Harmaa palkki on vajaa työviikko, katkoviivalla rajattu palkki vajaa viikko vuotta aiemmin.
generated = Esittelyaineisto: esittelyluvuksi merkitty luku ei ole kenenkään. Ohjelma on tehnyt sen.
and = ja
nothing = –
no-value = { $what }, { $period }: { $now }.
nothing-known = Ei saatavissa.
at = { $date } klo { $time }

## Ajat

month = { $month ->
    [1] tammikuu
    [2] helmikuu
    [3] maaliskuu
    [4] huhtikuu
    [5] toukokuu
    [6] kesäkuu
    [7] heinäkuu
    [8] elokuu
    [9] syyskuu
    [10] lokakuu
    [11] marraskuu
   *[12] joulukuu
}
period-week = viikko { $week }{ $other ->
    [yes] /{ $year }
   *[no] {""}
}
in-week = viikolla { $week }{ $other ->
    [yes] /{ $year }
   *[no] {""}
}
period-month = { $month }{ $other ->
    [yes] {" "}{ $year }
   *[no] {""}
}
in-month = { $month }ssa{ $other ->
    [yes] {" "}{ $year }
   *[no] {""}
}
period-quarter = Q{ $quarter }/{ $year }
in-quarter = kierroksella Q{ $quarter }/{ $year }
period-year = { $year }
in-year = vuonna { $year }
period-day = { $date }
in-day = { $date }
period-span = { $first }–{ $last }
in-span = aikana { $first }–{ $last }
from-day = { $first } alkaen
from-to = { $first }–{ $last }
days = { $days-n ->
    [one] { $days } päivä
   *[other] { $days } päivää
}

## Mistä luvut ovat, ja miksi lukua ei ole

mark-published = julkaistu
mark-counted = laskettu
mark-tallied = viikkotilasto
mark-generated = esittelyluku
mark-generated-counted = esittelyluku, laskettu
mark-generated-tallied = esittelyluku, viikkotilasto
state-suppressed = salattu
state-few-answers = liian vähän vastauksia
state-revised = korjattu
state-stale = vajaa tieto
state-closed = suljettu
state-unavailable = ei saatavissa

## Ensin kerrottavat

lead-waiting = Jonotusaika puhelinpalveluun
lead-appointments = Puhelinaika on saatavissa
lead-visits = Käynnit palvelupisteissä viikossa
lead-when = { $period }
lead-weekly-mean = { $period }, keskimäärin viikossa
lead-before = { $trend ->
    [rose] enemmän kuin vuotta aiemmin: { $before }
    [fell] vähemmän kuin vuotta aiemmin: { $before }
    [same] sama kuin vuotta aiemmin: { $before }
   *[unknown] vuotta aiemmin { $before }
}
printed = painettu ”{ $label }”

## Ilmoitukset

notices-title = Näin asioit
notices-none = Ilmoituksia ei ole.
notice = { $text }
notice-until = { $text } ({ $last } asti)

## Jonotus

waiting-title = Jonotusaika puhelimessa
waiting-mean = Jonotusaika puhelinpalveluun oli { $period } keskimäärin { $now }.
waiting-mean-before = Jonotusaika puhelinpalveluun oli { $period } keskimäärin { $now }. { $trend ->
    [rose] Se piteni: vuotta aiemmin se oli { $before }.
    [fell] Se lyheni: vuotta aiemmin se oli { $before }.
    [same] Se on ennallaan: vuotta aiemmin se oli { $before }.
   *[unknown] Vuotta aiemmin se oli { $before }.
}
waiting-unknown = Jonotusaika puhelinpalveluun { $period }: { $now }.
waiting-percentiles = Puolet vastatuista odotti enintään { $half }, yhdeksän kymmenestä enintään { $most }.
waiting-table = Keskimääräinen jonotusaika palveluittain
waiting-note = Jonotusajat ovat vastattujen puhelujen, myös heti vastattujen.

## Ajanvaraus

appointments-title = Päiviä ensimmäiseen vapaaseen aikaan
appointments-phone = Ensimmäiseen vapaaseen puhelinaikaan oli { $period } keskimäärin { $lead }.
appointments-phone-none = Puhelinaikoja ei ollut vapaana { $period }.
appointments-visit = Ensimmäiseen vapaaseen käyntiaikaan oli { $period } keskimäärin { $lead }.
appointments-visit-none = Käyntiaikoja ei ollut vapaana { $period }.
appointments-phone-table = Puhelinajat yksiköittäin, { $period }
appointments-visit-table = Käyntiajat yksiköittäin, { $period }
appointments-none = ei vapaita
appointments-note = Kalenteripäiviä ensimmäiseen vapaaseen aikaan, päivittäisten katsomisten keskiarvona. ”Ei vapaita” ei ole luku: se jää keskiarvosta pois ja näkyy osuutena katsomisista, joilla aika oli vapaana.
column-days = Päiviä, { $basis }
column-available = Katsomiset, joilla aika oli vapaana

## Käynnit

visits-title = Käynnit palvelupisteissä
visits-now = Palvelupisteissä oli { $now-n ->
    [one] { $now } käynti
   *[other] { $now } käyntiä
} { $period }.
visits-chart = Käynnit palvelupisteissä
visits-months = Käynnit viikossa kuukausittain
visits-units = Käynnit yksiköittäin, { $basis }
visits-note = Kuukauden keskiarvo on niiden ISO-viikkojen, joiden torstai on siinä kuussa. Lasketut käynnit ja viikkotilaston käynnit ovat eri yksiköistä, eikä niitä lasketa yhteen.

## Yhteydenotot

contacts-title = Yhteydenotot viikoittain ja kanavittain
contacts-title-months = Yhteydenotot kuukausittain ja kanavittain
contacts-now = Puhelinpalvelussa oli { $now-n ->
    [one] { $now } puhelu
   *[other] { $now } puhelua
} { $period }.
contacts-compared = { $trend ->
    [rose] Niitä oli enemmän kuin { $period }: { $other }.
    [fell] Niitä oli vähemmän kuin { $period }: { $other }.
    [same] Määrä on ennallaan, { $period }: { $other }.
   *[unknown] Määrä { $period } oli { $other }.
}
calls-per-workday = Työpäivää kohden puheluja oli { $now }.
visits-per-workday = Työpäivää kohden käyntejä oli { $now }.
answer-rate = Puhelujen vastausprosentti oli { $now }.
answer-rate-before = Puhelujen vastausprosentti oli { $now }. { $trend ->
    [rose] Se nousi: vuotta aiemmin se oli { $before }.
    [fell] Se laski: vuotta aiemmin se oli { $before }.
    [same] Se on ennallaan: vuotta aiemmin se oli { $before }.
   *[unknown] Vuotta aiemmin se oli { $before }.
}
short-weeks = Vajaat työviikot: { $weeks }.
short-weeks-before = Vajaat työviikot vuotta aiemmin: { $weeks }.
short-week = { $week } ({ $holidays })
short = { $days-n ->
    [one] { $days } työpäivä
   *[other] { $days } työpäivää
} ({ $holidays })
short-year-before = vuotta aiemmin { $short }
both = { $one }; { $other }
contacts-chart = Yhteydenotot ja puhelujen vastausprosentti
contacts-note = Puhelut ovat päättyneitä jonotuksia, päättyivätpä ne miten tahansa. Vastausprosentti on niistä kaikista.
panel-visits = Käynnit palvelupisteissä
panel-calls = Puhelut puhelinpalveluun
panel-answer-rate = Puhelujen vastausprosentti
line-per-workday = työpäivää kohden, { $line }
line = { $basis }, { $when }
labelled = { $said } ({ $label })
line-now = nyt
line-before = vuotta aiemmin

## Palvelutaso

service-level-title = Palvelutaso
service-level-now = Puheluista { $now } täytti oman palvelunsa palvelutason { $period }.
service-level-before = Puheluista { $now } täytti oman palvelunsa palvelutason { $period }. { $trend ->
    [rose] Osuus nousi: vuotta aiemmin se oli { $before }.
    [fell] Osuus laski: vuotta aiemmin se oli { $before }.
    [same] Osuus on ennallaan: vuotta aiemmin se oli { $before }.
   *[unknown] Vuotta aiemmin se oli { $before }.
}
service-level-table = Palvelutaso palveluittain, { $period }
service-level-note = Jokaisella palvelulla on oma aikarajansa ja tavoitteensa. Organisaation palvelutaso on niiden puhelujen osuus kaikista, jotka täyttivät oman palvelunsa aikarajan.
target-reached = saavutettu
target-missed = ei saavutettu
formula-answered-of-offered = vastattu, kun odotettu enintään { $within }, kaikista päättyneistä puheluista
formula-answered-of-offered-less-short = vastattu, kun odotettu enintään { $within }, kaikista päättyneistä puheluista paitsi niistä, joista luovuttiin alle { $short } odotettua
formula-answered-of-answered = vastattu, kun odotettu enintään { $within }, vastatuista puheluista
formula-handled-of-offered = vastattu tai luovuttu, kun odotettu enintään { $within }, kaikista päättyneistä puheluista
formula-answer-rate = vastattu, kaikista päättyneistä puheluista

## Takaisinsoitot

callbacks-title = Takaisinsoitot
callback-promise = { $service }: takaisinsoitto luvataan, odotusaika enintään { $within }.
callback-trial = { $service }: takaisinsoitto luvataan, odotusaika enintään { $within }. Se on kokeilu { $last } asti.
callback-trial-of = { $service }: takaisinsoitto luvataan, odotusaika enintään { $within }. Se on kokeilu, joka alkaa { $first } ja päättyy { $last }.
callback-from = { $service }: takaisinsoitto luvataan { $first } alkaen, odotusaika enintään { $within }.
callback-over = { $service }: takaisinsoittojen kokeilu (odotus enintään { $within }) päättyi { $last }. Suljettu.
callback-kept = Lupauksista, joiden aika tuli { $period }, pidettiin { $kept }. { $trend ->
    [rose] Osuus nousi edellisestä jaksosta.
    [fell] Osuus laski edellisestä jaksosta.
    [same] Osuus on ennallaan edellisestä jaksosta.
   *[unknown] {""}
}
callbacks-closed = Takaisinsoitot { $period }: suljettu.
callbacks-table = Takaisinsoitot ja niiden lupaus
callbacks-offered = Tarjottu
callbacks-accepted = Otettu vastaan
callbacks-reached = Asiakas tavoitettu
promises-due = Lupauksia, joiden aika tuli
promises-kept = Lupauksia pidetty
promises-late = Lupauksia myöhässä
promise-kept-ratio = Pidettyjen lupausten osuus
callbacks-note = Lupaus on pidetty, kun ensimmäinen yritys tehtiin ajoissa. Asiakkaan tavoittaminen on eri asia.
column-callbacks = Takaisinsoitot

## Aukiolo

openings-title = Palvelupisteiden aukiolo
openings-now = Palvelupisteistä oli { $day } avoinna { $open }, rajoitetusti avoinna { $reduced } ja suljettuna { $closed }.
openings-reduced = Rajoitetusti: { $units }.
openings-closed = Suljettuna: { $units }.
openings-no-changes = Seuraavan neljän viikon muutoksia ei ole tiedossa.
openings-coming = Muutokset seuraavan neljän viikon aikana
opening = { $has-hours ->
    [yes] { $state }, { $hours }
   *[no] { $state }
}
day-monday = ma
day-tuesday = ti
day-wednesday = ke
day-thursday = to
day-friday = pe
day-saturday = la
day-sunday = su
open-open = avoinna
open-reduced = rajoitetusti
open-closed = suljettu
column-when = Milloin
column-opening = Aukiolo
column-units = Palvelupisteet

## Verkkopalvelu

online-title = Verkkoasiointi
online-share = { $area }: { $share } hakemuksista tehtiin { $month } verkossa.{ $has-before ->
    [yes] {" "}Vuotta aiemmin osuus oli { $before }.
   *[no] {""}
}
online-table = Verkossa tehtyjen hakemusten osuus alueittain

## Tyytyväisyys

satisfaction-title = Tyytyväisyys
satisfaction-question = ”Millaista saamasi palvelu oli kokonaisuutena asteikolla 0–10?”
satisfaction-star = * Kyselykierros ei ole lopullinen: vastauksia voi vielä tulla (ennakkotieto).
satisfaction-note = Kaikkien asiakkaiden keskiarvo on luottamusvälillä 95 prosentin varmuudella. Alle 30 vastauksesta arvosanaa ei kerrota.
satisfaction-chart = Arvosanojen keskiarvot kyselykierroksittain
satisfaction-units = { $channel }: arvosanojen keskiarvot yksiköittäin, { $round }
score-interval = { $channel }, { $round }: { $score }, { $of-n ->
    [one] { $of } vastaus
   *[other] { $of } vastausta
} (95 prosentin luottamusväli { $interval }).
score-alone = { $channel }, { $round }: { $score }, { $of-n ->
    [one] { $of } vastaus
   *[other] { $of } vastausta
}.
score-few = { $channel }, { $round }: { $score } ({ $of }).
channel-service-point = Palvelupisteet
channel-phone = Puhelinpalvelu
channel-phone-appointment = Puhelinajanvaraus
channel-visit-appointment = Käyntiajanvaraus
channel-callback = Takaisinsoitot
channel-online = Verkkopalvelu

## Lähiviikot

outlook-title = Lähiviikot
outlook-none = Kysynnän ennuste: ei saatavissa.

## Sarakkeet

column-service = Palvelu
column-unit = Yksikkö
column-area = Alue
column-week = Viikko
column-month = Kuukausi
column-round = Kierros
column-before = Edellinen
column-year-before = Vuotta aiemmin
column-weekly-mean = Keskimäärin viikossa, { $month }
column-short = Vajaat viikot
column-level = Palvelutaso
column-target = Tavoite
column-reached = Tavoite saavutettu
column-formula = Laskutapa
column-answer-rate = Vastausprosentti
column-score = Arvosana
column-answers = Vastauksia (n)
column-interval = 95 %:n luottamusväli
column-figure = Luku
column-was = Aiemmin
column-is = Nyt

## Versiot ja korjaukset

draft = Luonnos, koottu { $compiled }. Luvut ovat ennakkotietoja ja voivat vielä muuttua.
final = Versio { $number }, koottu { $compiled }.
embargo = Julkaistavissa aikaisintaan { $until }.
accepted-not-over = Julkaistu ennen kuin { $period } oli päättynyt.
accepted-open-round = Julkaistu, vaikka kyselykierrokselle { $round } voi vielä tulla vastauksia.
accepted-stale = Julkaistu, vaikka lähde { $source } ei ollut kertonut koko jaksosta.
correction = Korjaus: { $note }
changes = { $count-n ->
    [one] { $count } luku poikkeaa edellisestä versiosta
   *[other] { $count } lukua poikkeaa edellisestä versiosta
}
no-changes = Mikään luku ei poikkea edellisestä versiosta.
stars-gone = Kyselykierroksen arvosanat, joihin edellisessä versiossa odotettiin vielä vastauksia, ovat nyt lopullisia.
not-told = ei kerrottu
figure-name = { $measure }: { $of } ({ $basis })
measure-wait-mean = Jonotusaika keskimäärin
measure-wait-p50 = Puolet vastatuista jonotti enintään
measure-wait-p90 = Yhdeksän kymmenestä vastatusta jonotti enintään
measure-contacts = Yhteydenotot
measure-contacts-weekly-mean = Yhteydenotot keskimäärin viikossa
measure-contacts-per-workday = Yhteydenotot työpäivää kohden
measure-online-ratio = Verkossa tehtyjen hakemusten osuus

## Tilastosta

about-title = Tietoa tilastosta
about-published = Julkaistu: muualla julkaistu arvo sillä nimellä, jolla se on painettu. Siitä ei lasketa mitään.
about-counted = Laskettu: tapahtuma kerrallaan.
about-tallied = Viikkotilasto: kokonaisten viikkojen määristä yhteen laskettu.
about-generated = Esittelyluku: ohjelman esittelyä varten tekemä.
about-withheld = Salattu: yhdestä neljään, tai luku, josta sellainen selviäisi.
about-closed = Suljettu: laskettavaa ei ollut. Se ei ole nolla.
about-unavailable = Ei saatavissa: tietoa ei ole.
about-reserves = Korjattu: toinen kuin aiemmin julkaistussa versiossa. Vajaa tieto: lähde ei ole vielä kertonut kaikkea.
about-star = *: kyselykierros ei ole lopullinen.
about-calls = Luvut ovat puheluja, eivät henkilöitä: kahdesti soittanut on mukana kahdesti.
about-weeks = Viikot ovat ISO-viikkoja, ja vuotta aiemmin tarkoittaa samannumeroista viikkoa. Viikot, joissa on alle viisi työpäivää, on merkitty vajaiksi kumpanakin vuonna.
about-trends = Luku nousi tai laski, kun ero on suurempi kuin sattuma tekisi (95 %); jonotusaika, kun ero on vähintään 5 % ja 5 sekuntia; arvosana, kun luottamusvälit eivät ole päällekkäin, eikä koskaan ennakkotietoon verrattuna. Muu on ennallaan. Eri alkuperää olevia lukuja ei verrata toisiinsa.
about-rounding = Osuuksissa on prosentin kymmenesosa, arvosanoissa ja päivissä yksi desimaali, jonotusajoissa kokonaiset sekunnit.

## Juhlapyhät

holiday-new-year = uudenvuodenpäivä
holiday-epiphany = loppiainen
holiday-good-friday = pitkäperjantai
holiday-easter-sunday = pääsiäispäivä
holiday-easter-monday = 2. pääsiäispäivä
holiday-may-day = vappu
holiday-ascension = helatorstai
holiday-whit-sunday = helluntai
holiday-midsummer-eve = juhannusaatto
holiday-midsummer-day = juhannuspäivä
holiday-all-saints = pyhäinpäivä
holiday-independence = itsenäisyyspäivä
holiday-christmas-eve = jouluaatto
holiday-christmas-day = joulupäivä
holiday-boxing-day = tapaninpäivä
holiday-own = sulkupäivä
