def separated(values, mark):
    return mark.join(str(value) for value in values)
