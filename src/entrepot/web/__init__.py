"""The skin that faces share: routes, problems, guard, paging, base template, look."""
