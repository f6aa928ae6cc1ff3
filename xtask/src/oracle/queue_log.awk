# The figures of an Asterisk queue_log, computed a second time.
#
# Written from the definitions alone, in another language and by other means (a sorted list of seconds where jono
# keeps histograms), so that the two can hardly agree but by both being right. Plain POSIX awk plus strftime, which
# mawk and gawk have; LC_ALL=C, because a log may hold bytes that are no text:
#
#     TZ=Europe/Helsinki LC_ALL=C awk -f queue_log.awk [-v by=day] [-v T=20] [-v S=5] queue_log > figures.csv
#
#     by      week (ISO 8601, the default), hour, day, month, quarter, year or all: of the line's own time in TZ
#     T, S    answered within T seconds; abandoned below S seconds is short
#     report  "lines" prints lines,events,rejects,ignored of the whole log instead of figures
#
# Times must lie before 2038-01-19, where mawk's clock ends. Percentiles are the smallest whole second s with
# (how many waited s or less) * 100 >= percent * (how many there are); they are empty where nobody waited.

BEGIN {
    FS = "|"
    if (by == "") by = "week"
    if (T == "") T = 20
    if (S == "") S = 5
    T += 0
    S += 0
    split("week hour day month quarter year all", names, " ")
    split("%G-W%V %Y-%m-%dT%H%z %Y-%m-%d %Y-%m %Y-%m %Y all", formats, " ")
    for (i in names) if (names[i] == by) format = formats[i]
    if (format == "") { print "no period: by=" by > "/dev/stderr"; failed = 1; exit 2 }
}

# The period of a time. No clock has ever changed between two quarters of an hour, so one answer serves 900 seconds.
function period(at,    slot, text) {
    slot = int(at / 900)
    if (slot in periods) return periods[slot]
    text = strftime(format, slot * 900)
    if (by == "hour") text = substr(text, 1, 16) ":" substr(text, 17)
    if (by == "quarter") text = substr(text, 1, 4) "-Q" int((substr(text, 6) + 2) / 3)
    return periods[slot] = text
}

# Whole seconds as the log may write them: ASCII digits, up to 2^29 - 1.
function seconds(text) { return text ~ /^[0-9]+$/ && text + 0 <= 536870911 }

# One more wait or conversation of so many seconds.
function observe(kind, value,    key) {
    key = kind SUBSEP row
    sum[key] += value
    if (seen[key, value + 0]++ == 0) values[key] = values[key] " " (value + 0)
    count[key]++
}

# A wait ended. wait is "" where an old log does not say how long it was.
function conclude(outcome, wait) {
    contacts[row]++
    outcomes[outcome, row]++
    events++
    if (wait == "") return
    if (outcome == "answered") {
        observe("wait", wait)
        if (wait + 0 <= T) answered_within[row]++
        if (wait + 0 > 0) observe("queued", wait)
    } else if (outcome == "abandoned") {
        if (wait + 0 <= T) abandoned_within[row]++
        if (wait + 0 < S) short[row]++
        if (wait + 0 > 0) observe("queued", wait)
    }
}

# An answered contact ended. call is "" where an old log does not say how long it was.
function handle(call) {
    handled[row]++
    events++
    if (call != "") observe("handling", call)
}

# A call is one contact of a queue, which is a unit of its own here, however often it enters: it is known again for 4
# hours, and as long as no more than 8192 new ones have entered any queue since.
function enter(at, call,    key, oldest) {
    key = call SUBSEP $3
    if (key in entered && at - entered[key] <= 14400) return
    unit_contacts[row]++
    entered[key] = at
    entries[++last] = key
    times[last] = at
    if (last > 8192) {
        oldest = last - 8192
        if (entries[oldest] in entered && entered[entries[oldest]] == times[oldest]) delete entered[entries[oldest]]
        delete entries[oldest]
        delete times[oldest]
    }
}

$0 == "" { ignored++; next }

# Empty values at the end of a line are none: old versions of QueueLog() add a bar.
$NF == "" { sub(/[|]+$/, "") }

NF < 5 || length($1) > 10 || $1 !~ /^[0-9]+$/ || $5 !~ /^[A-Z][A-Z0-9_]*$/ { rejects++; next }

# Counted events, how many fields they need at least, and where their seconds stand. 0: it tells none.
{
    event = $5
    at_least = 5
    place = 0
    if (event == "ENTERQUEUE") at_least = 5
    else if (event == "CONNECT") at_least = place = 6
    else if (event == "COMPLETECALLER" || event == "COMPLETEAGENT") at_least = place = 7
    else if (event == "ABANDON" || event == "EXITEMPTY" || event == "WITHDRAW") at_least = place = 8
    # The versions before 1.6 wrote the position alone.
    else if (event == "EXITWITHTIMEOUT") place = NF >= 8 ? 8 : 0
    else if (event == "EXITWITHKEY") place = NF >= 9 ? 9 : 0
    # exten, context, hold, call, position: the oldest versions stop after the context.
    else if (event == "TRANSFER") place = NF >= 9 ? 9 : 0
    else if (event == "BLINDTRANSFER") at_least = place = 9
    # method, one or two fields of data, hold, call, position: counted from the right.
    else if (event == "ATTENDEDTRANSFER") { at_least = 10; place = NF - 1 }
    else { ignored++; next }

    if (NF < at_least || $3 == "" || $3 == "NONE" || (place && !seconds($place))) { rejects++; next }
    if (report == "lines") { events++; next }

    row = period($1) "," $3
    rows[row]
    value = place ? $place : ""
    if (event == "ENTERQUEUE") {
        arrivals[row]++
        events++
        if ($2 != "" && $2 != "NONE") enter($1 + 0, $2)
    }
    else if (event == "CONNECT") conclude("answered", value)
    else if (event == "ABANDON") conclude("abandoned", value)
    else if (event == "EXITWITHTIMEOUT") conclude("timed_out", value)
    else if (event == "EXITEMPTY") conclude("left_empty", value)
    else if (event == "EXITWITHKEY") conclude("left_by_key", value)
    else if (event == "WITHDRAW") conclude("withdrawn", value)
    else handle(value)
}

# Sorts list[1..n] (Shell's method: POSIX awk has none of its own).
function sort(list, n,    gap, i, j, held) {
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
        for (i = gap + 1; i <= n; i++) {
            held = list[i]
            for (j = i - gap; j > 0 && list[j] > held; j -= gap) list[j + gap] = list[j]
            list[j + gap] = held
        }
}

# The distribution of a kind in the current row: sum,count,p50,p90. mawk prints no large integer without %.0f.
function distribution(kind,    key, n, i, list, below, p50, p90) {
    key = kind SUBSEP row
    n = split(values[key], list, " ")
    for (i = 1; i <= n; i++) list[i] += 0
    sort(list, n)
    for (i = 1; i <= n; i++) {
        below += seen[key, list[i]]
        if (p50 == "" && below * 100 >= 50 * count[key]) p50 = list[i]
        if (p90 == "" && below * 100 >= 90 * count[key]) p90 = list[i]
    }
    return sprintf("%.0f,%.0f,%s,%s", sum[key], count[key], p50, p90)
}

function level(met, counted) { return sprintf(",%d,%d", met, counted) }

END {
    if (failed) exit 2
    if (report == "lines") {
        print "lines,events,rejects,ignored"
        printf "%.0f,%.0f,%.0f,%.0f\n", NR, events, rejects, ignored
        exit
    }
    printf "period,queue,arrivals,contacts,answered,abandoned,timed_out,left_empty,left_by_key,withdrawn,short,handled"
    printf ",wait_sum,wait_count,wait_p50,wait_p90"
    printf ",queued_wait_sum,queued_wait_count,queued_wait_p50,queued_wait_p90"
    printf ",handling_sum,handling_count,handling_p50,handling_p90"
    printf ",level_answered_of_offered_met,level_answered_of_offered_counted"
    printf ",level_answered_of_offered_less_short_met,level_answered_of_offered_less_short_counted"
    printf ",level_answered_of_answered_met,level_answered_of_answered_counted"
    printf ",level_handled_of_offered_met,level_handled_of_offered_counted"
    print ",level_answer_rate_met,level_answer_rate_counted,unit_contacts"
    # Bytewise, whatever the locale; the header has been written before sort runs.
    fflush()
    sorted = "LC_ALL=C sort"
    for (row in rows) {
        answered = outcomes["answered", row]
        line = sprintf("%s,%d,%d,%d", row, arrivals[row], contacts[row], answered)
        line = line sprintf(",%d,%d", outcomes["abandoned", row], outcomes["timed_out", row])
        line = line sprintf(",%d,%d", outcomes["left_empty", row], outcomes["left_by_key", row])
        line = line sprintf(",%d,%d,%d", outcomes["withdrawn", row], short[row], handled[row])
        line = line "," distribution("wait") "," distribution("queued") "," distribution("handling")
        line = line level(answered_within[row], contacts[row])
        line = line level(answered_within[row], contacts[row] - short[row])
        line = line level(answered_within[row], answered)
        line = line level(answered_within[row] + abandoned_within[row], contacts[row])
        print line level(answered, contacts[row]) sprintf(",%d", unit_contacts[row]) | sorted
    }
    close(sorted)
}
