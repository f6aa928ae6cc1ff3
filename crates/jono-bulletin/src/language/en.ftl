### What the bulletin says in English. Names and numbers are filled in as they are; -n is the number that plurals go by.

sentences = { $all }
title = Service statistics, { $period }
skip = Skip to content
contents = Contents
languages = In other languages
formats = In other formats
leads-title = Service statistics now
numbers = The numbers of this chart
marked-short = Grey bands are short weeks, dashed ones those of the year before.
generated = Demonstration: what is marked as generated is nobody's figure. It was made by a program.
and = and
nothing = –
no-value = { $what }, { $period }: { $now }.
nothing-known = Not available.
at = { $date }, { $time }

## Periods

month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
period-week = week { $week }{ $other ->
    [yes] {" "}of { $year }
   *[no] {""}
}
in-week = in week { $week }{ $other ->
    [yes] {" "}of { $year }
   *[no] {""}
}
period-month = { $month }{ $other ->
    [yes] {" "}{ $year }
   *[no] {""}
}
in-month = in { $month }{ $other ->
    [yes] {" "}{ $year }
   *[no] {""}
}
period-quarter = Q{ $quarter }/{ $year }
in-quarter = in Q{ $quarter }/{ $year }
period-year = { $year }
in-year = in { $year }
period-day = { $date }
in-day = on { $date }
period-span = { $first } – { $last }
in-span = from { $first } to { $last }
from-day = from { $first }
from-to = { $first } – { $last }
days = { $days-n ->
    [one] { $days } day
   *[other] { $days } days
}

## Where numbers come from, and why there is none

mark-published = published
mark-counted = counted
mark-tallied = tallied
mark-generated = generated
mark-generated-counted = generated, counted
mark-generated-tallied = generated, tallied
state-suppressed = withheld
state-few-answers = too few answers
state-revised = revised
state-stale = incomplete
state-closed = closed
state-unavailable = not available

## What is told first

lead-waiting = Waiting time in the phone queue
lead-appointments = A phone appointment is to be had within
lead-visits = Visits to service points in a week
lead-when = { $period }
lead-weekly-mean = { $period }, mean per week
lead-before = { $trend ->
    [rose] more than a year before: { $before }
    [fell] less than a year before: { $before }
    [same] as a year before: { $before }
   *[unknown] a year before { $before }
}
printed = printed as “{ $label }”

## Notices

notices-title = How to be served
notices-none = There are no notices.
notice = { $text }
notice-until = { $text } (until { $last })

## Waiting

waiting-title = Waiting time on the phone
waiting-mean = The average wait in the phone queue { $period } was { $now }.
waiting-mean-before = The average wait in the phone queue { $period } was { $now }. { $trend ->
    [rose] It rose: a year before it was { $before }.
    [fell] It fell: a year before it was { $before }.
    [same] It is unchanged: a year before it was { $before }.
   *[unknown] A year before it was { $before }.
}
waiting-unknown = The average wait in the phone queue { $period }: { $now }.
waiting-percentiles = Half of those answered waited at most { $half }, nine in ten at most { $most }.
waiting-table = Average wait by service
waiting-note = Waits are those of answered calls, with those that were answered at once.

## Appointments

appointments-title = Days to the first free appointment
appointments-phone = A phone appointment was to be had { $period } within { $lead } on average.
appointments-phone-none = No phone appointments were free { $period }.
appointments-visit = A visit appointment was to be had { $period } within { $lead } on average.
appointments-visit-none = No visit appointments were free { $period }.
appointments-phone-table = Phone appointments by unit, { $period }
appointments-visit-table = Visit appointments by unit, { $period }
appointments-none = none free
appointments-note = Calendar days to the first free appointment, as the mean of daily looks at the appointment book. “None free” is no number: it is left out of the mean, and shown as the share of looks at which there was one.
column-days = Days, { $basis }
column-available = Looks with a free appointment

## Visits

visits-title = Visits to service points
visits-now = There { $now-n ->
    [one] was { $now } visit
   *[other] were { $now } visits
} to service points { $period }.
visits-chart = Visits to service points
visits-months = Visits in a week, by month
visits-units = Visits by unit, { $basis }
visits-note = A month's mean is that of the ISO weeks whose Thursday lies in the month. Counted and tallied visits are of different units and are never added.

## Contacts

contacts-title = Contacts by week and channel
contacts-title-months = Contacts by month and channel
contacts-now = The phone service had { $now-n ->
    [one] { $now } call
   *[other] { $now } calls
} { $period }.
contacts-compared = { $trend ->
    [rose] That is more than { $period }: { $other }.
    [fell] That is fewer than { $period }: { $other }.
    [same] That is unchanged: { $period } there were { $other }.
   *[unknown] The number { $period } was { $other }.
}
calls-per-workday = Per working day there were { $now } calls.
visits-per-workday = Per working day there were { $now } visits.
answer-rate = The share of calls answered was { $now }.
answer-rate-before = The share of calls answered was { $now }. { $trend ->
    [rose] It rose: a year before it was { $before }.
    [fell] It fell: a year before it was { $before }.
    [same] It is unchanged: a year before it was { $before }.
   *[unknown] A year before it was { $before }.
}
short-weeks = Short working weeks: { $weeks }.
short-weeks-before = Short working weeks a year before: { $weeks }.
short-week = { $week } ({ $holidays })
short = { $days-n ->
    [one] { $days } working day
   *[other] { $days } working days
} ({ $holidays })
short-year-before = a year before { $short }
both = { $one }; { $other }
contacts-chart = Contacts and the share of calls answered
contacts-note = Calls are queue entries that ended, whatever the outcome. The share answered is of all of them.
panel-visits = Visits to service points
panel-calls = Calls to the phone service
panel-answer-rate = Share of calls answered
line-per-workday = per working day, { $line }
line = { $basis }, { $when }
labelled = { $said } ({ $label })
line-now = now
line-before = a year before

## Service level

service-level-title = Service level
service-level-now = Of calls { $period }, { $now } met the service level of their service.
service-level-before = Of calls { $period }, { $now } met the service level of their service. { $trend ->
    [rose] The share rose: a year before it was { $before }.
    [fell] The share fell: a year before it was { $before }.
    [same] The share is unchanged: a year before it was { $before }.
   *[unknown] A year before it was { $before }.
}
service-level-table = Service level by service, { $period }
service-level-note = Each service has a time and a target of its own. The organisation's service level is the share of all calls that met their own service's time.
target-reached = reached
target-missed = not reached
formula-answered-of-offered = answered within { $within }, of all concluded calls
formula-answered-of-offered-less-short = answered within { $within }, of all concluded calls but those abandoned in under { $short }
formula-answered-of-answered = answered within { $within }, of answered calls
formula-handled-of-offered = answered or abandoned within { $within }, of all concluded calls
formula-answer-rate = answered, of all concluded calls

## Callbacks

callbacks-title = Callbacks
callback-promise = { $service }: a call back is promised within { $within }.
callback-trial = { $service }: a call back is promised within { $within }. It is a trial until { $last }.
callback-trial-of = { $service }: a call back is promised within { $within }. It is a trial from { $first } until { $last }.
callback-from = { $service }: a call back is promised within { $within } from { $first } on.
callback-over = { $service }: the trial of call backs within { $within } ended on { $last }. Closed.
callback-kept = Of the promises due { $period }, { $kept } were kept. { $trend ->
    [rose] The share rose from the period before.
    [fell] The share fell from the period before.
    [same] The share is unchanged from the period before.
   *[unknown] {""}
}
callbacks-closed = Callbacks { $period }: closed.
callbacks-table = Callbacks and their promise
callbacks-offered = Offered
callbacks-accepted = Accepted
callbacks-reached = Customer reached
promises-due = Promises due
promises-kept = Promises kept
promises-late = Promises late
promise-kept-ratio = Share of promises kept
callbacks-note = A promise is kept where the first attempt was made in time. Whether the customer was reached is another matter.
column-callbacks = Callbacks

## Openings

openings-title = Opening of service points
openings-now = On { $day }, { $open-n ->
    [one] { $open } service point was open
   *[other] { $open } service points were open
}, { $reduced } with reduced hours, and { $closed } closed.
openings-reduced = Reduced: { $units }.
openings-closed = Closed: { $units }.
openings-no-changes = No changes are known for the next four weeks.
openings-coming = Changes in the next four weeks
opening = { $has-hours ->
    [yes] { $state }, { $hours }
   *[no] { $state }
}
day-monday = Mon
day-tuesday = Tue
day-wednesday = Wed
day-thursday = Thu
day-friday = Fri
day-saturday = Sat
day-sunday = Sun
open-open = open
open-reduced = reduced
open-closed = closed
column-when = When
column-opening = Opening
column-units = Service points

## Online

online-title = Online service
online-share = { $area }: { $share } of applications were made online { $month }.{ $has-before ->
    [yes] {" "}A year before it was { $before }.
   *[no] {""}
}
online-table = Share of applications made online, by area

## Satisfaction

satisfaction-title = Satisfaction
satisfaction-question = “On a scale from 0 to 10, how was the service that you received as a whole?”
satisfaction-star = * The survey round is not final: answers may still come.
satisfaction-note = The interval is where the mean of all customers lies, with 95 % confidence. With fewer than 30 answers no score is told.
satisfaction-chart = Mean scores by survey round
satisfaction-units = { $channel }: mean scores by unit, { $round }
score-interval = { $channel }, { $round }: { $score }, from { $of-n ->
    [one] { $of } answer
   *[other] { $of } answers
} (95 % interval { $interval }).
score-alone = { $channel }, { $round }: { $score }, from { $of-n ->
    [one] { $of } answer
   *[other] { $of } answers
}.
score-few = { $channel }, { $round }: { $score } ({ $of }).
channel-service-point = Service points
channel-phone = Phone service
channel-phone-appointment = Phone appointments
channel-visit-appointment = Visit appointments
channel-callback = Callbacks
channel-online = Online service

## Outlook

outlook-title = The coming weeks
outlook-none = Forecast of demand: not available.

## Columns

column-service = Service
column-unit = Unit
column-area = Area
column-week = Week
column-month = Month
column-round = Round
column-before = Before
column-year-before = A year before
column-weekly-mean = Mean per week, { $month }
column-short = Short weeks
column-level = Service level
column-target = Target
column-reached = Target reached
column-formula = How it is counted
column-answer-rate = Calls answered
column-score = Score
column-answers = Answers (n)
column-interval = 95 % interval
column-figure = Figure
column-was = Before
column-is = Now

## Editions and corrections

draft = Draft, compiled { $compiled }. Its figures are preliminary and may still change.
final = Revision { $number }, compiled { $compiled }.
embargo = Not to be published before { $until }.
accepted-not-over = Published before { $period } was over.
accepted-open-round = Published while answers to survey round { $round } may still come.
accepted-stale = Published although source { $source } had not told of all of the period.
correction = Correction: { $note }
changes = { $count-n ->
    [one] { $count } figure differs from the previous revision
   *[other] { $count } figures differ from the previous revision
}
no-changes = No figure differs from the previous revision.
stars-gone = Scores of a survey round that was still open in the previous revision are final now.
not-told = not told
figure-name = { $measure }: { $of } ({ $basis })
measure-wait-mean = Average wait
measure-wait-p50 = Wait of half of those answered, at most
measure-wait-p90 = Wait of nine in ten answered, at most
measure-contacts = Contacts
measure-contacts-weekly-mean = Contacts, mean per week
measure-contacts-per-workday = Contacts per working day
measure-online-ratio = Share of applications made online

## About

about-title = About these statistics
about-published = Published: a value as it was published elsewhere, with the label it was printed with. Nothing is computed from it.
about-counted = Counted: event by event.
about-tallied = Tallied: added up from counts of whole weeks.
about-generated = Generated: made by a program for a demonstration.
about-withheld = Withheld: from one to four, or what would tell such a number.
about-closed = Closed: there was nothing to count. It is not zero.
about-unavailable = Not available: nothing is known.
about-reserves = Revised: another number than in a revision before. Incomplete: its source has not told everything yet.
about-star = *: a survey round that is not final.
about-calls = Calls are counted, not persons: somebody who calls twice counts twice.
about-weeks = Weeks are ISO weeks, and a year before is the week of the same number. Weeks with fewer than five working days are marked as short, in both years.
about-trends = Something rose or fell where the difference is larger than chance would make it (95 %); a wait where it differs by at least 5 % and 5 seconds; a score where intervals do not overlap, and never against a round that is not final. Everything else is unchanged. No figure is compared with one of another origin.
about-rounding = Shares have one decimal of a percent, scores and days one decimal, waits whole seconds.

## Holidays

holiday-new-year = New Year's Day
holiday-epiphany = Epiphany
holiday-good-friday = Good Friday
holiday-easter-sunday = Easter Sunday
holiday-easter-monday = Easter Monday
holiday-may-day = May Day
holiday-ascension = Ascension Day
holiday-whit-sunday = Whit Sunday
holiday-midsummer-eve = Midsummer Eve
holiday-midsummer-day = Midsummer Day
holiday-all-saints = All Saints' Day
holiday-independence = Independence Day
holiday-christmas-eve = Christmas Eve
holiday-christmas-day = Christmas Day
holiday-boxing-day = Boxing Day
holiday-own = closing day
