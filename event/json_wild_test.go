package event

import (
	"math"
	"strings"
	"testing"
)

// TestJSONInTheWild are texts of the kinds that parsers of JSON disagree about, named as
// https://github.com/nst/JSONTestSuite names its cases: y_ has to be accepted, n_ has to
// be refused, and i_ is left to the implementation: here is what this one does with it.
func TestJSONInTheWild(t *testing.T) {
	const refused = "refused"
	cases := []struct {
		name, text string
		want       any // the SQL value, or refused
	}{
		// Structure.
		{"y_structure_white_space_around", " \t\r\n1 \t\r\n", int64(1)},
		{"y_structure_lonely_string", `"a"`, "a"},
		{"y_structure_lonely_null", "null", nil},
		{"y_structure_lonely_true", "true", int64(1)},
		{"n_structure_nothing", "", refused},
		{"n_structure_white_space", " ", refused},
		{"n_structure_two_values", "1 2", refused},
		{"n_structure_two_arrays", "[][]", refused},
		{"n_structure_trailing_bracket", "[1]]", refused},
		{"n_structure_open", "[", refused},
		{"n_structure_open_many", strings.Repeat("[", 100_000), refused},
		{"n_structure_open_objects", strings.Repeat(`{"a":`, 100_000), refused},
		{"n_structure_open_mixed", strings.Repeat(`[{"":`, 50_000), refused},
		{"n_structure_wrong_bracket", `{"a":1]`, refused},
		{"n_structure_comment", "/* a */ 1", refused},
		{"n_structure_line_comment", "1 // a", refused},
		{"n_structure_form_feed", "\f1", refused},
		{"n_structure_no_break_space", "\u00a01", refused},
		{"n_structure_word_joiner", "\u20601", refused},
		{"n_structure_NUL_after", "1\x00", refused},
		{"n_structure_capital_null", "NULL", refused},
		{"n_structure_capital_true", "True", refused},
		{"n_structure_cut_literal", "tru", refused},
		{"n_structure_long_literal", "nullx", refused},
		{"n_structure_undefined", "undefined", refused},
		{"n_structure_byte_order_mark_alone", "\ufeff", refused},
		{"i_structure_byte_order_mark", "\ufeff1", refused},
		{"i_structure_UTF-16LE", "1\x00 \x00", refused},
		{"i_structure_UTF-16BE_with_mark", "\xfe\xff\x001", refused},
		{"i_structure_deepest", strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth), strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)},
		{"i_structure_deeper", strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1), refused},
		// Arrays.
		{"y_array_empty", "[]", "[]"},
		{"y_array_white_space", "[ \n]", "[ \n]"},
		{"y_array_mixed", `[null, 1, "1", {}, [[]]]`, `[null, 1, "1", {}, [[]]]`},
		{"n_array_trailing_comma", "[1,]", refused},
		{"n_array_leading_comma", "[,1]", refused},
		{"n_array_double_comma", "[1,,2]", refused},
		{"n_array_just_comma", "[,]", refused},
		{"n_array_no_comma", "[1 2]", refused},
		{"n_array_colon", `["a":1]`, refused},
		{"n_array_spread", "[...]", refused},
		{"n_array_unclosed", `["a"`, refused},
		// Objects.
		{"y_object_empty", "{}", "{}"},
		{"y_object_empty_name", `{"":0}`, `{"":0}`},
		{"y_object_NUL_in_name", `{"a\u0000b":0}`, `{"a\u0000b":0}`},
		{"y_object_duplicate_names", `{"a":1,"a":2}`, `{"a":1,"a":2}`},
		{"y_object_same_twice", `{"a":1,"a":1}`, `{"a":1,"a":1}`},
		{"y_object_long_name", `{"` + strings.Repeat("x", 5000) + `":0}`, `{"` + strings.Repeat("x", 5000) + `":0}`},
		{"n_object_trailing_comma", `{"a":1,}`, refused},
		{"n_object_just_comma", "{,}", refused},
		{"n_object_no_colon", `{"a" 1}`, refused},
		{"n_object_double_colon", `{"a"::1}`, refused},
		{"n_object_no_value", `{"a":}`, refused},
		{"n_object_no_name", `{:1}`, refused},
		{"n_object_number_as_name", `{1:1}`, refused},
		{"n_object_bare_name", `{a:1}`, refused},
		{"n_object_single_quotes", `{'a':1}`, refused},
		{"n_object_semicolon", `{"a":1;"b":2}`, refused},
		{"n_object_unclosed", `{"a":1`, refused},
		{"n_object_comment", `{"a":1/**/}`, refused},
		// Numbers.
		{"y_number_zero", "0", int64(0)},
		{"y_number_minus_zero", "-0", int64(0)},
		{"y_number_minus_zero_real", "-0.0", math.Copysign(0, -1)},
		{"y_number_largest_integer", "9223372036854775807", int64(math.MaxInt64)},
		{"y_number_smallest_integer", "-9223372036854775808", int64(math.MinInt64)},
		{"y_number_exponent", "1E+2", 100.0},
		{"y_number_exponent_zeros", "1e0000000002", 100.0},
		{"y_number_negative_exponent", "-1.5e-1", -0.15},
		{"y_number_many_decimals", "0." + strings.Repeat("3", 5000), 1.0 / 3},
		{"i_number_integer_over_64_bits", "9223372036854775808", 9223372036854775808.0},
		{"i_number_unsigned_64_bits", "18446744073709551615", 18446744073709551615.0},
		{"i_number_of_many_digits", strings.Repeat("9", 1000), math.Inf(1)},
		{"i_number_too_large", "1e400", math.Inf(1)},
		{"i_number_too_small", "-1e400", math.Inf(-1)},
		{"i_number_underflow", "1e-400", 0.0},
		{"i_number_huge_exponent", "0.4e00669999999999999999999999999999999999999", math.Inf(1)},
		{"i_number_least_subnormal", "4.9e-324", 5e-324},
		{"n_number_leading_zero", "01", refused},
		{"n_number_minus_leading_zero", "-01", refused},
		{"n_number_plus", "+1", refused},
		{"n_number_two_minus", "--1", refused},
		{"n_number_minus_alone", "-", refused},
		{"n_number_point_first", ".5", refused},
		{"n_number_point_last", "1.", refused},
		{"n_number_minus_point", "-.5", refused},
		{"n_number_two_points", "1.2.3", refused},
		{"n_number_exponent_alone", "1e", refused},
		{"n_number_exponent_sign_alone", "1e+", refused},
		{"n_number_real_exponent", "1e1.5", refused},
		{"n_number_hexadecimal", "0x1F", refused},
		{"n_number_octal", "0o7", refused},
		{"n_number_underscore", "1_000", refused},
		{"n_number_blank_within", "1 000", refused},
		{"n_number_NaN", "NaN", refused},
		{"n_number_infinity", "Infinity", refused},
		{"n_number_minus_infinity", "-Infinity", refused},
		{"n_number_letter_after", "1a", refused},
		{"n_number_full_width_digit", "１", refused},
		{"n_number_big_suffix", "1n", refused},
		// Strings.
		{"y_string_empty", `""`, ""},
		{"y_string_escapes", `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{"y_string_unicode_escape", `"\u00e9\u00E9"`, "éé"},
		{"y_string_surrogate_pair", `"\ud83d\ude00"`, "😀"},
		{"y_string_NUL_escape", `"a\u0000b"`, "a\x00b"},
		{"y_string_escaped_backslash_before_u", `"\\u0061"`, `\u0061`},
		{"y_string_delete", "\"\x7f\"", "\x7f"},
		{"y_string_line_separator", "\"\u2028\u2029\"", "\u2028\u2029"},
		{"y_string_noncharacter", "\"\uffff\U0010ffff\"", "\uffff\U0010ffff"},
		{"y_string_not_an_escape", `"a/b"`, "a/b"},
		{"i_string_lone_high_surrogate", `"\ud800"`, "\ufffd"},
		{"i_string_lone_low_surrogate", `"\udc00"`, "\ufffd"},
		{"i_string_surrogates_swapped", `"\ude00\ud83d"`, "\ufffd\ufffd"},
		{"i_string_high_surrogate_and_text", `"\ud800abc"`, "\ufffdabc"},
		{"i_string_two_high_surrogates", `"\ud800\ud800"`, "\ufffd\ufffd"},
		{"i_string_high_surrogate_and_escape", `"\ud800\n"`, "\ufffd\n"},
		{"i_string_invalid_UTF-8", "\"\xff\"", refused},
		{"i_string_cut_UTF-8", "\"\xe2\x82\"", refused},
		{"i_string_overlong_UTF-8", "\"\xc0\xaf\"", refused},
		{"i_string_surrogate_as_UTF-8", "\"\xed\xa0\x80\"", refused},
		{"i_string_beyond_Unicode", "\"\xf4\x90\x80\x80\"", refused},
		{"n_string_control_character", "\"a\x1fb\"", refused},
		{"n_string_NUL", "\"a\x00b\"", refused},
		{"n_string_line_break", "\"a\nb\"", refused},
		{"n_string_tab", "\"\t\"", refused},
		{"n_string_unclosed", `"a`, refused},
		{"n_string_escaped_quote_last", `"\"`, refused},
		{"n_string_backslash_last", `"\`, refused},
		{"n_string_unknown_escape", `"\a"`, refused},
		{"n_string_hexadecimal_escape", `"\x41"`, refused},
		{"n_string_octal_escape", `"\0"`, refused},
		{"n_string_capital_U", `"\U00e9"`, refused},
		{"n_string_short_unicode_escape", `"\u00e"`, refused},
		{"n_string_no_hexadecimal_digit", `"\u00eg"`, refused},
		{"n_string_cut_unicode_escape", `"\u`, refused},
		{"n_string_braces", `"\u{61}"`, refused},
		{"n_string_escaped_line_break", "\"a\\\nb\"", refused},
		{"n_string_single_quotes", "'a'", refused},
		{"n_string_none", "abc", refused},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e, err := Parse([]byte(c.text))
			if err != nil {
				if c.want != refused {
					t.Errorf("%v, want %.100v", err, c.want)
				}
				return
			}
			got := plainValue(e.Value())
			if x, ok := c.want.(float64); ok { // -0 is not 0
				y, ok := got.(float64)
				if !ok || math.Float64bits(x) != math.Float64bits(y) {
					t.Errorf("the value is %v, want %v", got, x)
				}
				return
			}
			if got != c.want {
				t.Errorf("the value is %.100q, want %.100q", got, c.want)
			}
		})
	}
}

// plainValue is an SQL value as Go's.
func plainValue(v Value) any {
	switch v.Kind {
	case Integer:
		return v.Integer()
	case Real:
		return v.Real()
	case Text, Blob:
		return v.Text
	}
	return nil
}
