E=/tmp/effekt-c; cd /tmp/cw
export EFFEKT_DATA=d EFFEKT_NOW=2026-09-11
r() { echo "\$ $*"; timeout -s INT 20 $E "$@"; echo "→ $?"; }
r explain NOSUCH --year 2020
r explain "x'; drop table y" --year 2020
r explain populaton_total --year 2025
r explain population_total --year 2099
r explain population_total --year 2020 --region Umeå
r explain population_total --year 2020 --region 0180
r explain population_total --year 2020 --sex kvinnor
r explain election_turnout --year 2020
r explain jobs_business_sector --year 2020
r explain NOSUCH --year 2020 --why-changed 2026-09-10
r explain population_total --year 2020 --why-changed nope
r edition verify nope
r edition diff nope
r edition export nope --out x.zip
r edition lst
r outcomes stats
r archive nope
r nonsense
r help nonsense
r help edition freez
r build --with-edition nope --out x.duckdb
r report --year 2026 --edition nope
r report --year 1950
r refresh --data n --dataset populaton_to_2024
r refresh --data n --source sbc
r refresh --data n --source kolada --dataset grp
r outcomes template --unit Kompetensenhetn --out o
r outcomes template --unit kompetensenheten --out o
r outcomes template --round 2026H9 --out o
r outcomes remind --round 2026H9 --out o
r sql "select * from mart.indicatr"
r sql "select valu from mart.indicator_value"
r sql --timeout 1s "select count(*) from range(10000000000000)"
r sql --timeout 1s "select count(*) from range(100000) a, range(100000) b, range(1000)"
r sql --timeout 1s "select repeat('x', 100000000) from range(1000)"
r sql --timeout=-1s "select 1"
r --version
r status --county 99
