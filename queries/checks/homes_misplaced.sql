-- homes_misplaced: pages of persons whom the sites do not have, and home pages that are no page of the person.
-- Severity: error

select
    person_pages.site,
    person_pages.person_id,
    person_pages.page

from person_pages

left join persons
    on person_pages.site = persons.site
        and person_pages.person_id = persons.person_id

where persons.person_id is null

union all

select
    persons.site,
    persons.person_id,
    persons.home_page

from persons

left join person_pages
    on persons.site = person_pages.site
        and persons.person_id = person_pages.person_id
        and persons.home_page = person_pages.page
        and person_pages.doubt is null

where persons.home_page is not null
    and person_pages.page is null
